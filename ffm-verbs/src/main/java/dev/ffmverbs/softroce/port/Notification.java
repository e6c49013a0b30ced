// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

/**
 * Something that the application must be told. If that fails, for example for lack of memory, it is tried again.
 *
 * <p>Guarded by the dispatch lock. {@link PendingNotifications} links these objects, so that keeping one allocates
 * nothing.
 */
public abstract class Notification {

    /** Link of {@link PendingNotifications}. */
    Notification nextPending;
    boolean isPending;

    /** Creates a notification that has nothing to tell yet. */
    protected Notification() {
        // Nothing to tell.
    }

    /** Tells what there is to tell, and forgets it once that has succeeded. Called under the dispatch lock. */
    protected abstract void deliver();
}
