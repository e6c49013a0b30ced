// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.TimeUnit;

/** A wait for channels, based on a selector. It sleeps in whole milliseconds. */
final class SelectorWait implements SocketWait {

    private static final long NS_PER_MS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Selector selector;
    private final SelectionKey key;
    private final PortLog log;

    /** The channel that had no room last. Mostly there is only one channel. */
    private volatile SelectableChannel blocked;

    SelectorWait(final SelectableChannel channel, final PortLog log) throws IOException {
        this.log = log;
        this.blocked = channel;
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

    /** Waits for packets of another channel as well, from now on. Any thread may call this method. */
    void add(final SelectableChannel channel) throws IOException {
        channel.register(selector, SelectionKey.OP_READ);
        selector.wakeup();
    }

    /** Records which channel has no room. Any thread may call this method. */
    void blockOn(final SelectableChannel channel) {
        blocked = channel;
    }

    @Override
    public void sleep(final boolean orWritable, final long timeoutNs) throws IOException {
        final SelectableChannel full = blocked;
        final boolean mainBlocks = orWritable && full == key.channel();
        key.interestOps(mainBlocks ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
        final SelectionKey other = orWritable && !mainBlocks ? writableKey(full) : null;
        if (timeoutNs == Long.MAX_VALUE) {
            selector.select(SelectorWait::ignore);
        } else {
            selector.select(SelectorWait::ignore, timeoutNs / NS_PER_MS + (timeoutNs % NS_PER_MS > 0 ? 1 : 0));
        }
        if (other != null) {
            other.interestOpsAnd(~SelectionKey.OP_WRITE);
        }
    }

    private SelectionKey writableKey(final SelectableChannel channel) throws ClosedChannelException {
        final SelectionKey present = channel.keyFor(selector);
        if (present == null) {
            return channel.register(selector, SelectionKey.OP_WRITE);
        }
        present.interestOpsOr(SelectionKey.OP_WRITE);
        return present;
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
