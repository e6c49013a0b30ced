// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

/** The command cannot do what it was asked to do. The message is printed for the user. */
final class CommandFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    CommandFailedException(final String message, final Throwable cause) {
        super(message, cause);
    }
}
