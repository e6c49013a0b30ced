// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi;

/** Thrown when a control operation of a provider fails. Carries every fact the caller needs to report the failure. */
public final class ProviderException extends Exception {

    private static final long serialVersionUID = 1L;

    /** The verb that failed. */
    private final String verb;

    /** The verb's arguments as text. */
    private final String arguments;

    /** The error number. */
    private final int errno;

    /**
     * Describes a failed verb.
     *
     * @param verb      name of the C function that failed, such as {@code ibv_reg_mr}.
     * @param arguments its arguments as {@code name=value} pairs.
     * @param errno     the error number, one of {@link Errno}.
     * @param advice    what the user can do about it, or an empty string.
     */
    public ProviderException(final String verb, final String arguments, final int errno, final String advice) {
        super(verb + "(" + arguments + ") failed: " + Errno.describe(errno) + (advice.isEmpty() ? "" : ": " + advice));
        this.verb = verb;
        this.arguments = arguments;
        this.errno = errno;
    }

    /**
     * Describes a failed verb without advice.
     *
     * @param verb      name of the C function that failed.
     * @param arguments its arguments as {@code name=value} pairs.
     * @param errno     the error number, one of {@link Errno}.
     */
    public ProviderException(final String verb, final String arguments, final int errno) {
        this(verb, arguments, errno, "");
    }

    /**
     * Returns the verb that failed.
     *
     * @return the C function's name.
     */
    public String verb() {
        return verb;
    }

    /**
     * Returns the arguments of the verb.
     *
     * @return {@code name=value} pairs.
     */
    public String arguments() {
        return arguments;
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
