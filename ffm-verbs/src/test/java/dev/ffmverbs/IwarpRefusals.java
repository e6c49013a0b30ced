// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.opentest4j.TestAbortedException;

/**
 * Skips a test with the reason if it needs what iWARP does not have, such as an atomic operation or a queue pair that
 * is connected manually. Every test runs with every device, and {@code IwarpTest} tests what is refused there.
 */
public final class IwarpRefusals implements TestExecutionExceptionHandler {

    /** Creates the extension, which the service file names. */
    public IwarpRefusals() {
    }

    @Override
    public void handleTestExecutionException(final ExtensionContext context, final Throwable failure)
        throws Throwable {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnsupportedVerbException refused
                && Verbs.device(refused.deviceName()).transportType() == TransportType.IWARP) {
                throw new TestAbortedException(refused.getMessage(), failure);
            }
        }
        throw failure;
    }
}
