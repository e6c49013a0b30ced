// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ffmverbs.spi.ConnectionIdentifierOperations;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventTargetsTest {

    private final FakeTransport transport = new FakeTransport();
    private final List<String> reports = new ArrayList<>();
    private final EventTargets targets = new EventTargets("fake0", (text, failure) -> reports.add(text.get()));

    private void leaveOver(final String owner) {
        final ConnectionIdentifierOperations identifier = transport.createIdentifier();
        targets.put(identifier, new EventTarget(
            owner, event -> { }, failure -> { }, () -> false, () -> true, () -> targets.destroy(identifier)));
    }

    @Test
    void reportsAnIdentifierThatCannotBeDestroyedOnceAndDestroysItLater() {
        leaveOver("Connection 1");
        transport.closeFailuresLeft.set(3);
        for (int i = 0; i < 3; i++) {
            targets.destroyLeftOver();
        }
        assertEquals(List.of("objects of fake0 that are closed, but could not be destroyed: 1, the last one"
            + " Connection 1; the connection manager tries again until it is closed"), reports);

        targets.destroyLeftOver();

        assertEquals(1, reports.size());
        assertEquals(1, transport.closed.get());
        assertEquals(List.of(), List.copyOf(targets.all()));
    }

    @Test
    void reportsEachIncreaseOfThoseThatCannotBeDestroyed() {
        transport.closeFailuresLeft.set(Integer.MAX_VALUE);
        for (int i = 0; i < 3; i++) {
            leaveOver("Connection");
            targets.destroyLeftOver();
            targets.destroyLeftOver();
        }

        assertEquals(3, reports.size());
    }
}
