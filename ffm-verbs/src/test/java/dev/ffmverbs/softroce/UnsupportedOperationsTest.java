// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.CompletionQueue;
import dev.ffmverbs.Context;
import dev.ffmverbs.ProtectionDomain;
import dev.ffmverbs.QueuePairConfiguration;
import dev.ffmverbs.SendOperation;
import dev.ffmverbs.UnsupportedVerbException;
import dev.ffmverbs.Verbs;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** A software device refuses unsupported operations by name, as documented for each operation, and no others. */
class UnsupportedOperationsTest {

    /** The objects that the operations work on. */
    private record Objects(ProtectionDomain domain, CompletionQueue queue) {
    }

    /** Operations that a software device does not support, by the verb that the refusal names. */
    private static Map<String, Consumer<Objects>> operations() {
        final Map<String, Consumer<Objects>> operations = new TreeMap<>();
        operations.put("ibv_modify_cq", on -> on.queue.moderate(1, 1));
        operations.put("ibv_reg_dmabuf_mr", on -> on.domain.registerDmabuf(0, 0, 4096, 0));
        operations.put("ibv_reg_mr", on -> on.domain.registerAddressSpace());
        return operations;
    }

    @Test
    void everyObjectAndChangeThatIsMissingIsRefusedByItsName() {
        try (Context context = Verbs.open(SoftDevices.LEFT);
             ProtectionDomain domain = context.allocateProtectionDomain();
             CompletionQueue queue = context.createCompletionQueue(1)) {
            final Objects objects = new Objects(domain, queue);
            operations().forEach((name, operation) -> {
                final UnsupportedVerbException refused =
                    assertThrows(UnsupportedVerbException.class, () -> operation.accept(objects), name);
                assertEquals("EOPNOTSUPP", refused.errnoName(), name);
                assertTrue(refused.getMessage().contains(SoftDevices.LEFT), name + ": " + refused.getMessage());
                assertTrue(refused.getMessage().contains(name), name + ": " + refused.getMessage());
            });
        }
    }

    @Test
    void aBatchHasEveryOperation() {
        try (Context context = Verbs.open(SoftDevices.LEFT);
             ProtectionDomain domain = context.allocateProtectionDomain();
             CompletionQueue queue = context.createCompletionQueue(1)) {
            for (final SendOperation operation : SendOperation.values()) {
                assertDoesNotThrow(() -> domain.createExtendedQueuePair(
                    QueuePairConfiguration.reliableConnection(queue), operation).close(),
                    () -> "add " + operation + " to the operations and the methods of SoftExtendedQueuePair");
            }
        }
    }
}
