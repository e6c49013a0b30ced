// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import dev.ffmverbs.spi.ConnectionEventData;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * The target of the events of an identifier. It exists until the identifier is destroyed.
 *
 * @param owner            a listener, a request or a connection; its text names it in messages.
 * @param handler          handles an event, on the manager's thread. If it throws, the event counts as not handled, and
 *                         is passed on again.
 * @param onEventsLost     called on the manager's thread, with the reason, if no more events arrive, or if one could
 *                         not be handled. If it throws, it is called again.
 * @param keepsManagerOpen whether the manager refuses to close before the owner is closed.
 * @param isClosed         whether the owner is closed; an identifier that still exists is then left over from a
 *                         failure.
 * @param close            frees the rest of the owner; may be repeated after a failure.
 */
record EventTarget(
    Object owner, Consumer<ConnectionEventData> handler, Consumer<ConnectionException> onEventsLost,
    BooleanSupplier keepsManagerOpen, BooleanSupplier isClosed, Runnable close) {

    @Override
    public String toString() {
        return owner.toString();
    }
}
