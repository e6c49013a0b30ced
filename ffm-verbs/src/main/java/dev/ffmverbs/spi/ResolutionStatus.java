// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi;

/**
 * The answers to a request for the queue pair of a service (IBTA volume 1, "SIDR_REP Message Contents"), as the status
 * of an event.
 */
public final class ResolutionStatus {

    /** The answer names a queue pair. */
    public static final int VALID = 0;

    /** Nobody offers the service. */
    public static final int UNSUPPORTED_SERVICE = 1;

    /** The service refuses. */
    public static final int REJECTED = 2;

    /** The service has no queue pair left. */
    public static final int NO_QUEUE_PAIR = 3;

    /** Another port offers the service. */
    public static final int REDIRECTED = 4;

    /** The service does not know the version of the request. */
    public static final int UNSUPPORTED_VERSION = 5;

    private ResolutionStatus() {
    }

    /**
     * Returns a clause that describes a status.
     *
     * @param status a status, of this class or another.
     * @return the clause.
     */
    public static String describe(final int status) {
        return switch (status) {
            case VALID -> "the peer named a queue pair";
            case UNSUPPORTED_SERVICE -> "nobody listens on that port";
            case REJECTED -> "the listener rejected the request";
            case NO_QUEUE_PAIR -> "the listener has no queue pair left";
            case REDIRECTED -> "another port offers the service";
            case UNSUPPORTED_VERSION -> "the peer does not know the version of the request";
            default -> "the peer's transport rejected the request";
        } + " (status " + status + " of SIDR)";
    }
}
