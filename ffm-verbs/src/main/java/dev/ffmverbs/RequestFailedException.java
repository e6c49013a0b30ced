// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

/**
 * Thrown by code that expects a request to succeed when its completion says that it did not. Polling never throws it,
 * because there, the status is a value.
 */
public class RequestFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Not serialised: a completion is of use in this process only, and the message states it. */
    private final transient Completion completion;

    /**
     * Creates an exception for a request that failed.
     *
     * @param completion how it ended.
     */
    public RequestFailedException(final Completion completion) {
        super("a request of queue pair " + completion.queuePairNumber() + " failed: " + completion.status()
            + " (workRequestId=" + completion.workRequestId() + ", vendorError=" + completion.vendorError() + ")");
        this.completion = completion;
    }

    /**
     * Returns how the request ended.
     *
     * @return the completion, whose status is not {@link WorkCompletionStatus#SUCCESS}; null after deserialisation.
     */
    public Completion completion() {
        return completion;
    }
}
