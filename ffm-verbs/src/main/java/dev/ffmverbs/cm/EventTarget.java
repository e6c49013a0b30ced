// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.cm;

import dev.ffmverbs.spi.ConnectionEventData;
import java.util.function.Consumer;

/**
 * Whom the events of an identifier concern.
 *
 * @param owner            a listener, a request or a connection; its text names it in messages.
 * @param keepsManagerOpen whether the manager refuses to close before the owner is closed.
 * @param handler          takes an event, on the manager's thread.
 * @param managerEnded     hears, on the manager's thread, that no events come any longer, and why.
 */
record EventTarget(
    Object owner, boolean keepsManagerOpen, Consumer<ConnectionEventData> handler,
    Consumer<ConnectionException> managerEnded) {

    @Override
    public String toString() {
        return owner.toString();
    }
}
