// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.port;

import dev.ffmverbs.softroce.wire.IpAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Notices when the network interface of a port goes down or up, and when its addresses change.
 *
 * <p>A thread reads the interface twice a second. The kernel would report changes on a netlink socket, but Java has
 * none, and a device must notice changes also where native access is not granted. Reading an interface takes less than
 * a millisecond. The loopback interface is not watched, because it does not change. The thread is in the network
 * namespace of the thread that starts it.
 */
public final class InterfaceMonitor implements AutoCloseable {

    private static final long INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(500);

    private final LocalAddress local;
    private final Listener listener;
    private final PortLog log;
    private final Thread thread;
    private volatile boolean ended;

    /** Used by the thread, and before it starts. */
    private State last;

    /** Handles changes. */
    public interface Listener {

        /**
         * Handles a change of the interface. Called by the thread of the monitor. If this method fails, it is called
         * again with the state half a second later.
         *
         * @param state the present state.
         */
        void onChange(State state);
    }

    /**
     * The state of an interface.
     *
     * @param up        whether it is up and running.
     * @param addresses all its addresses.
     */
    public record State(boolean up, List<IpAddress> addresses) {
    }

    private InterfaceMonitor(final LocalAddress local, final String deviceName, final Listener listener) {
        this.local = local;
        this.listener = listener;
        this.log = new PortLog(deviceName + " at " + local, System.getLogger(InterfaceMonitor.class.getName()));
        this.thread = Thread.ofPlatform().daemon().name("soft-roce-interface-" + local).unstarted(this::run);
    }

    /**
     * Starts a monitor, and passes the present state to the listener before it returns.
     *
     * @param local      address whose interface is watched.
     * @param deviceName name of the device, for messages.
     * @param listener   handles changes.
     * @return the monitor, which must be closed.
     */
    public static InterfaceMonitor start(final LocalAddress local, final String deviceName, final Listener listener) {
        final InterfaceMonitor started = new InterfaceMonitor(local, deviceName, listener);
        if (!local.isLoopback()) {
            started.look();
            started.thread.start();
        }
        return started;
    }

    private void run() {
        while (!ended) {
            LockSupport.parkNanos(this, INTERVAL_NS);
            if (!ended) {
                look();
            }
        }
    }

    private void look() {
        try {
            final State state = read();
            if (!state.equals(last)) {
                listener.onChange(state);
                // Only now, so that a change whose handling failed is handled again.
                last = state;
            }
        } catch (final Throwable e) {
            log.error("handling a change of interface " + local.interfaceName(), "it is read again", e);
        }
    }

    private State read() throws SocketException {
        final NetworkInterface found = NetworkInterface.getByName(local.interfaceName());
        return found == null ? new State(false, List.of())
            : new State(found.isUp(), found.inetAddresses().map(IpAddress::of).toList());
    }

    /** Ends the monitor. A call of the listener may still be in progress. */
    @Override
    public void close() {
        ended = true;
        LockSupport.unpark(thread);
    }
}
