// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.libc;

import dev.ffmverbs.spi.Errno;
import java.io.IOException;

/** Thrown when a call of the C library fails. */
public final class CallFailedException extends IOException {

    private static final long serialVersionUID = 1;

    private final int errno;

    /**
     * Creates an exception.
     *
     * @param call  function and arguments, as in C.
     * @param errno the error number, positive.
     */
    CallFailedException(final String call, final int errno) {
        super(call + ": " + Errno.describe(errno));
        this.errno = errno;
    }

    /**
     * Returns the error number.
     *
     * @return one of {@link Errno}.
     */
    public int errno() {
        return errno;
    }
}
