// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.link;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RejectionsTest {

    private final List<String> observed = new ArrayList<>();
    private final Rejections rejections = new Rejections((source, reason, detail) -> observed.add(detail));

    @Test
    void everyRejectionIsCountedAndTold() {
        final InetSocketAddress stranger = new InetSocketAddress("10.0.0.9", 7471);
        for (int i = 0; i < 3; i++) {
            rejections.add(stranger, Rejection.WRONG_SECRET, "wrong " + i);
        }
        rejections.add(stranger, Rejection.UNKNOWN_NODE, "unknown");

        assertEquals(Map.of(Rejection.WRONG_SECRET, 3L, Rejection.UNKNOWN_NODE, 1L), rejections.counts());
        assertEquals(List.of("wrong 0", "wrong 1", "wrong 2", "unknown"), observed);
    }
}
