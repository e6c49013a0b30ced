// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

/** The command cannot do what it was asked for; the message is what the user reads. */
final class CommandFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    CommandFailedException(final String message, final Throwable cause) {
        super(message, cause);
    }
}
