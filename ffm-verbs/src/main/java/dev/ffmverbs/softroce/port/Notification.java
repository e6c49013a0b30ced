// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

/**
 * A notification for the application. If its delivery fails, for example for lack of memory, it is tried again.
 *
 * <p>Guarded by the dispatch lock. {@link PendingNotifications} links these objects, so that keeping one does not
 * allocate.
 */
public abstract class Notification {

    /** Link of {@link PendingNotifications}. */
    Notification nextPending;
    boolean isPending;

    /** Creates a notification with nothing to deliver yet. */
    protected Notification() {
        // Nothing to deliver yet.
    }

    /** Delivers what is pending, and discards it once that has succeeded. Called under the dispatch lock. */
    protected abstract void deliver();
}
