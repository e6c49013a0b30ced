// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import dev.ffmverbs.spi.ConnectionEventData;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * The target of the events of an identifier.
 *
 * @param owner            a listener, a request or a connection; its text names it in messages.
 * @param handler          handles an event, on the manager's thread.
 * @param onManagerEnded   called on the manager's thread, with the reason, if no more events arrive.
 * @param keepsManagerOpen whether the manager refuses to close before the owner is closed.
 * @param close            frees what is left of the owner when the manager is closed.
 */
record EventTarget(
    Object owner, Consumer<ConnectionEventData> handler, Consumer<ConnectionException> onManagerEnded,
    BooleanSupplier keepsManagerOpen, Runnable close) {

    @Override
    public String toString() {
        return owner.toString();
    }
}
