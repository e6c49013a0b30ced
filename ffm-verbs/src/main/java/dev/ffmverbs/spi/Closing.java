// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi;

import java.util.function.Consumer;

/** Closes the parts of an object, each of them even if others fail. */
public final class Closing {

    private Closing() {
    }

    /**
     * Closes all parts, in order.
     *
     * @param <T>   type of the parts.
     * @param parts the parts. Closing one of them must not change this collection.
     * @param close closes a part. What it throws is thrown once all parts were closed. If it throws several times, the
     *     first exception is thrown, and the others are suppressed.
     */
    public static <T> void closeAll(final Iterable<? extends T> parts, final Consumer<? super T> close) {
        Throwable first = null;
        for (final T part : parts) {
            try {
                close.accept(part);
            } catch (final RuntimeException | Error e) {
                first = addFailure(first, e);
            }
        }
        if (first instanceof final Error error) {
            throw error;
        } else if (first != null) {
            throw (RuntimeException) first;
        }
    }

    /**
     * Keeps a further failure.
     *
     * @param <T>   type of the failures.
     * @param first the first failure; null if there was none.
     * @param next  a failure after it.
     * @return the first failure, which suppresses the others.
     */
    public static <T extends Throwable> T addFailure(final T first, final T next) {
        if (first == null) {
            return next;
        }
        // An error for lack of memory may be the same object twice, which cannot suppress itself.
        if (first != next) {
            first.addSuppressed(next);
        }
        return first;
    }
}
