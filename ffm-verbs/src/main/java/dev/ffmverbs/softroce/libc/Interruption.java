// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.libc;

import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.nio.channels.spi.AbstractSelector;
import java.util.Set;

/**
 * Ends a wait in the kernel when its thread is interrupted, as a selector does. Java offers this only to selectors.
 * This class is therefore a selector that selects nothing.
 */
final class Interruption extends AbstractSelector {

    private final Runnable ending;

    /**
     * Creates an interruption for a wait.
     *
     * @param ending ends the current wait, or else the next one. Called by the thread that interrupts.
     */
    Interruption(final Runnable ending) {
        super(null);
        this.ending = ending;
    }

    /** Must be called right before the wait. Ends it at once if the thread has been interrupted. */
    void enter() {
        begin();
    }

    /** Must be called right after the wait, whatever its result. */
    void leave() {
        end();
    }

    @Override
    public Selector wakeup() {
        ending.run();
        return this;
    }

    @Override
    protected void implCloseSelector() {
        // There is nothing to close.
    }

    @Override
    protected SelectionKey register(final AbstractSelectableChannel channel, final int operations, final Object value) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Set<SelectionKey> keys() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Set<SelectionKey> selectedKeys() {
        throw new UnsupportedOperationException();
    }

    @Override
    public int selectNow() {
        throw new UnsupportedOperationException();
    }

    @Override
    public int select(final long timeout) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int select() {
        throw new UnsupportedOperationException();
    }
}
