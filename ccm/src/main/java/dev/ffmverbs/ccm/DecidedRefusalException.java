// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import java.io.Serial;

/** Thrown if a client gets no ports because it does not want them, or because they are not configured. */
final class DecidedRefusalException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1L;

    DecidedRefusalException(final Throwable reason) {
        super(reason);
    }
}
