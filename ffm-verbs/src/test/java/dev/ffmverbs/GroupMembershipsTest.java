// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.QueuePairOperations;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A queue pair that cannot be detached from its groups is still destroyed, if the device does that. */
class GroupMembershipsTest {

    private final List<String> calls = new ArrayList<>();
    private boolean destroyable = true;

    private final QueuePairOperations operations = (QueuePairOperations) Proxy.newProxyInstance(
        QueuePairOperations.class.getClassLoader(), new Class<?>[] {QueuePairOperations.class},
        (proxy, method, arguments) -> {
            calls.add(method.getName());
            if ("detachMulticast".equals(method.getName()) || "close".equals(method.getName()) && !destroyable) {
                throw new ProviderException(method.getName(), "", Errno.EIO);
            }
            return null;
        });

    private GroupMemberships memberOfTwo() throws ProviderException {
        final GroupMemberships groups = new GroupMemberships(operations);
        groups.attach(new Gid(0xFF0E_0000_0000_0000L, 1), 0);
        groups.attach(new Gid(0xFF0E_0000_0000_0000L, 2), 0);
        calls.clear();
        return groups;
    }

    @Test
    void everyGroupIsTriedBeforeTheQueuePairIsDestroyed() throws ProviderException {
        memberOfTwo().detachAllAndClose();

        assertEquals(List.of("detachMulticast", "detachMulticast", "close"), calls);
    }

    @Test
    void theFirstFailureIsToldIfTheQueuePairCannotBeDestroyed() throws ProviderException {
        final GroupMemberships groups = memberOfTwo();
        destroyable = false;

        final ProviderException first = assertThrows(ProviderException.class, groups::detachAllAndClose);

        assertEquals("detachMulticast", first.verb());
        assertEquals(2, first.getSuppressed().length);
    }
}
