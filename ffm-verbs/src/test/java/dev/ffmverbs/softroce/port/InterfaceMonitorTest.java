// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests the monitor with an interface that does not exist, so that its state never changes. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class InterfaceMonitorTest {

    private static final LocalAddress LOCAL =
        new LocalAddress(InetAddress.ofLiteral("192.0.2.1"), 4791, "none9", 9, 1500);
    private static final InterfaceMonitor.State GONE = new InterfaceMonitor.State(false, List.of());

    @Test
    void aChangeThatCannotBeHandledIsHandledAgain() throws InterruptedException {
        final BlockingQueue<InterfaceMonitor.State> handled = new LinkedBlockingQueue<>();
        final InterfaceMonitor.Listener failsAtFirst = state -> {
            handled.add(state);
            if (handled.size() == 1) {
                throw new OutOfMemoryError("injected");
            }
        };
        try (InterfaceMonitor monitor = InterfaceMonitor.start(LOCAL, "soft9", failsAtFirst)) {
            while (handled.size() < 2) {
                TimeUnit.MILLISECONDS.sleep(10);
            }
            assertEquals(List.of(GONE, GONE), List.copyOf(handled), monitor.toString());
        }
    }
}
