// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.internal.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Tests how the connections of a client's ports end, with names in their place. */
class ManagedPortsTest {

    private final List<String> closed = new ArrayList<>();

    private void close(final String connection) {
        closed.add(connection);
        if (connection.startsWith("broken")) {
            throw new IllegalStateException(connection);
        }
    }

    @Test
    void portsEndOneByOneAlthoughOthersFail() {
        final CompletableFuture<String> running = new CompletableFuture<>();
        final List<CompletableFuture<String>> attempts = List.of(
            CompletableFuture.completedFuture("broken 1"),
            CompletableFuture.failedFuture(new AssertionError("refused")),
            CompletableFuture.completedFuture("broken 2"), CompletableFuture.completedFuture("good"), running);

        final IllegalStateException first =
            assertThrows(IllegalStateException.class, () -> ManagedPorts.end(attempts, this::close));

        assertEquals("broken 1", first.getMessage());
        assertEquals("broken 2", first.getSuppressed()[0].getMessage());
        assertEquals(List.of("broken 1", "broken 2", "good"), closed);
        assertTrue(running.isCancelled());
    }
}
