// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

/**
 * Something that the application must hear, and that can be told again when telling it failed, for example because
 * there was no memory for it.
 *
 * <p>Guarded by the dispatch lock. Unheard news are linked through these objects, so that keeping them allocates
 * nothing.
 */
public abstract class Notification {

    /** Link of {@link PendingNotifications}. */
    Notification nextUnheard;
    boolean isUnheard;

    /** Creates news that there are none of yet. */
    protected Notification() {
        // Nothing to tell.
    }

    /** Tells what there is to tell, and forgets it when that succeeded; called under the dispatch lock. */
    protected abstract void tell();
}
