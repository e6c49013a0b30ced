// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.witness;

import dev.ffmverbs.Context;
import dev.ffmverbs.Device;
import dev.ffmverbs.cm.ConnectionManager;
import dev.ffmverbs.spi.Closing;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The context and the connection manager of a device. All arbiters of this process on one device share them, so that a
 * node in many pairs does not have threads and descriptors for each. A connection manager that has ended is replaced.
 * Thread-safe.
 */
final class SharedDevice implements AutoCloseable {

    /** Devices in use. Its lock guards all numbers of users and connection managers. */
    private static final Map<Key, SharedDevice> OPEN = new HashMap<>();

    /** Each look-up of a device returns another object. */
    private record Key(String provider, String name) {
    }

    private final Key key;
    private final Context context;

    /** The last one is in use. The others have ended, and keep connections that have ended with them. */
    private final List<ConnectionManager> managers = new ArrayList<>();
    private int users;

    private SharedDevice(final Key key, final Context context, final ConnectionManager connections) {
        this.key = key;
        this.context = context;
        managers.add(connections);
    }

    /** Opens a device for one more user, who closes it. */
    static SharedDevice open(final Device device) {
        final Key key = new Key(device.provider(), device.name());
        synchronized (OPEN) {
            SharedDevice shared = OPEN.get(key);
            if (shared == null) {
                shared = create(key, device);
                OPEN.put(key, shared);
            }
            shared.users++;
            return shared;
        }
    }

    private static SharedDevice create(final Key key, final Device device) {
        final Context context = Witness.openAtomic(device);
        boolean complete = false;
        try {
            final SharedDevice created = new SharedDevice(key, context, ConnectionManager.open(context));
            complete = true;
            return created;
        } finally {
            if (!complete) {
                context.close();
            }
        }
    }

    Context context() {
        return context;
    }

    /**
     * Returns a connection manager that runs.
     *
     * @throws dev.ffmverbs.cm.ConnectionException if the former one has ended and another one cannot be opened.
     * @throws IllegalStateException               if the last user has closed the device.
     */
    ConnectionManager connections() {
        synchronized (OPEN) {
            if (!managers.getLast().isRunning()) {
                managers.add(ConnectionManager.open(context));
            }
            return managers.getLast();
        }
    }

    /** Ends the use of one user, whose objects on the device are closed. The last one closes the device. */
    @Override
    public void close() {
        synchronized (OPEN) {
            users--;
            if (users == 0) {
                OPEN.remove(key, this);
                Closing.closeAll(List.<Runnable>of(
                    () -> Closing.closeAll(managers, ConnectionManager::close), context::close), Runnable::run);
            }
        }
    }
}
