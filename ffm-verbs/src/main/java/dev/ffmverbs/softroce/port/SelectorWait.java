// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.TimeUnit;

/** A wait for a channel, based on a selector. It sleeps in whole milliseconds. */
final class SelectorWait implements SocketWait {

    private static final long NS_PER_MS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Selector selector;
    private final SelectionKey key;
    private final PortLog log;

    SelectorWait(final SelectableChannel channel, final PortLog log) throws IOException {
        this.log = log;
        selector = Selector.open();
        boolean registered = false;
        try {
            key = channel.register(selector, SelectionKey.OP_READ);
            registered = true;
        } finally {
            if (!registered) {
                close();
            }
        }
    }

    @Override
    public void sleep(final boolean orWritable, final long timeoutNs) throws IOException {
        key.interestOps(orWritable ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
        if (timeoutNs == Long.MAX_VALUE) {
            selector.select(SelectorWait::ignore);
        } else {
            selector.select(SelectorWait::ignore, timeoutNs / NS_PER_MS + (timeoutNs % NS_PER_MS > 0 ? 1 : 0));
        }
    }

    private static void ignore(final SelectionKey ready) {
        // The port checks its socket in any case.
    }

    @Override
    public void wakeUp() {
        selector.wakeup();
    }

    @Override
    public void close() {
        try {
            selector.close();
        } catch (final IOException e) {
            log.debug("closing its selector", e);
        }
    }
}
