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

    /** An error for lack of memory may be the same object twice, which cannot suppress itself. */
    private static Throwable addFailure(final Throwable first, final Throwable next) {
        if (first == null) {
            return next;
        }
        if (first != next) {
            first.addSuppressed(next);
        }
        return first;
    }
}
