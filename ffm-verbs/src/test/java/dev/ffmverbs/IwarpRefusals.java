// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.opentest4j.TestAbortedException;

/**
 * Skips a test with the reason if it needs what iWARP does not have, such as an atomic operation or a queue pair that
 * is connected manually. Every test runs with every device, and {@code IwarpTest} tests what is refused there. Other
 * refusals, such as those of the driver, fail a test that does not expect them.
 */
public final class IwarpRefusals implements TestExecutionExceptionHandler {

    /** How the reason begins when the transport lacks something. */
    private static final Pattern TRANSPORT = Pattern.compile(": iWARP (has|connects) ");

    /** Creates the extension, which the service file names. */
    public IwarpRefusals() {
    }

    @Override
    public void handleTestExecutionException(final ExtensionContext context, final Throwable failure)
        throws Throwable {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnsupportedVerbException refused
                && Unsupported.isIwarp(Verbs.device(refused.deviceName()))
                && TRANSPORT.matcher(refused.getMessage()).find()) {
                throw new TestAbortedException(refused.getMessage(), failure);
            }
        }
        throw failure;
    }
}
