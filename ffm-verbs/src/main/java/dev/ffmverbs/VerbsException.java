// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ProviderException;

/** Thrown when a verb fails. The message states the verb, its arguments, the result and what to do. */
public class VerbsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** The verb that failed. */
    private final String verb;

    /** The error number. */
    private final int errno;

    /**
     * Creates an exception for a failed verb.
     *
     * @param failure what the provider reported.
     */
    VerbsException(final ProviderException failure) {
        super(failure.getMessage(), failure);
        this.verb = failure.verb();
        this.errno = failure.errno();
    }

    /**
     * Creates an exception for a failed verb.
     *
     * @param verb    name of the C function that failed, such as {@code ibv_post_send}.
     * @param message every fact: arguments, result, what to do.
     * @param errno   the error number.
     */
    VerbsException(final String verb, final String message, final int errno) {
        super(message);
        this.verb = verb;
        this.errno = errno;
    }

    /**
     * Returns the exception for a failed verb of a device.
     *
     * @param failure what the provider reported.
     * @param device  the device.
     * @return an {@link UnsupportedVerbException} when the device has no such operation.
     */
    static VerbsException of(final ProviderException failure, final Device device) {
        return UnsupportedVerbException.means(failure.errno())
            ? new UnsupportedVerbException(failure, device) : new VerbsException(failure);
    }

    /**
     * Returns the verb that failed.
     *
     * @return the C function's name, such as {@code ibv_reg_mr}.
     */
    public String verb() {
        return verb;
    }

    /**
     * Returns the error number.
     *
     * @return a number of {@code errno(3)}.
     */
    public int errno() {
        return errno;
    }

    /**
     * Returns the name of the error number.
     *
     * @return the name, for example {@code ENOMEM}.
     */
    public String errnoName() {
        return Errno.name(errno);
    }
}
