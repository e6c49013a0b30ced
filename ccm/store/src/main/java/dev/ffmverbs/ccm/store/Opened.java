// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;

/** The parts that an object has opened so far. They are closed in reverse order, each of them even if others fail. */
final class Opened implements AutoCloseable {

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();

    /** Adds a part, and returns it. */
    <T extends AutoCloseable> T add(final T part) {
        parts.push(part);
        return part;
    }

    /**
     * Closes all parts. Closing again has no effect.
     *
     * @throws UncheckedIOException if a part throws an {@link IOException}.
     */
    @Override
    public void close() {
        final AutoCloseable latest = parts.poll();
        final Opened others = this;
        if (latest != null) {
            try (others) {
                close(latest);
            }
        }
    }

    private static void close(final AutoCloseable part) {
        try (part) {
            // Nothing else to do.
        } catch (final RuntimeException e) {
            throw e;
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        } catch (final Exception e) {
            throw new IllegalStateException("cannot close " + part, e);
        }
    }
}
