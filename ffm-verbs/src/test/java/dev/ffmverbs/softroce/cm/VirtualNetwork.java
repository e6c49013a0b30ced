// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import dev.ffmverbs.softroce.cm.message.ManagementMessage;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;

/** Devices on a simulated link with a virtual clock. Everything happens in {@link #run}, on one thread. */
final class VirtualNetwork {

    /** Decides the fate of a datagram. Each copy arrives after one of the delays. Without delays, it is lost. */
    interface Link {
        long[] delaysNs(VirtualDevice from, VirtualDevice to, ManagementMessage message);
    }

    static final long DELAY_NS = TimeUnit.MICROSECONDS.toNanos(50);

    /** A clock that is about to wrap around reveals comparisons of absolute times. */
    private static final long START_NS = Long.MAX_VALUE - TimeUnit.MILLISECONDS.toNanos(700);

    private record Delivery(long timeNs, long number, Runnable arrival) {
    }

    private final Map<InetAddress, VirtualDevice> devices = new HashMap<>();
    private final PriorityQueue<Delivery> underWay = new PriorityQueue<>(
        Comparator.<Delivery>comparingLong(delivery -> delivery.timeNs - START_NS)
            .thenComparingLong(Delivery::number));
    private final List<String> log = new ArrayList<>();
    private Link link = (from, to, message) -> new long[] {DELAY_NS};
    private long deliveries;
    private long nowNs = START_NS;

    void link(final Link newLink) {
        link = newLink;
    }

    void add(final VirtualDevice device) {
        devices.put(device.localAddress(), device);
    }

    long nowNs() {
        return nowNs;
    }

    /** Returns the log of datagrams and their fate, for the message of a failed test. */
    List<String> log() {
        return log;
    }

    void send(final VirtualDevice from, final InetAddress destination, final ByteBuffer datagram) {
        final byte[] bytes = new byte[datagram.remaining()];
        datagram.get(datagram.position(), bytes);
        final ManagementMessage message = ManagementMessage.parse(ByteBuffer.wrap(bytes));
        final VirtualDevice to = devices.get(destination);
        final long[] delaysNs = to == null ? new long[0] : link.delaysNs(from, to, message);
        log.add(String.format("%.3f ms %s -> %s %s%s", (nowNs - START_NS) / 1e6, from.deviceName(),
            destination.getHostAddress(), message,
            delaysNs.length == 0 ? " lost" : delaysNs.length > 1 ? " twice" : ""));
        for (final long delayNs : delaysNs) {
            deliver(delayNs, () -> attempt(
                () -> to.communication().receive(from.localAddress(), ByteBuffer.wrap(bytes))));
        }
    }

    private void deliver(final long delayNs, final Runnable arrival) {
        underWay.add(new Delivery(nowNs + delayNs, deliveries++, arrival));
    }

    /** Lets the peer of a queue pair answer after one round trip. */
    void answerProbe(final VirtualDevice prober, final int queuePair) {
        deliver(2 * DELAY_NS, () -> prober.communication().onSignOfLife(queuePair));
    }

    /** Lets time pass, and delivers datagrams and calls timers when they are due. */
    void run(final long durationNs) {
        final long endNs = nowNs + durationNs;
        while (step(endNs)) {
            devices.values().forEach(VirtualDevice::runApplication);
        }
        nowNs = endNs;
        devices.values().forEach(VirtualDevice::runApplication);
    }

    void runMs(final long milliseconds) {
        run(TimeUnit.MILLISECONDS.toNanos(milliseconds));
    }

    private boolean step(final long endNs) {
        devices.values().forEach(VirtualDevice::runApplication);
        long waitNs = endNs - nowNs;
        VirtualDevice due = null;
        for (final VirtualDevice device : devices.values()) {
            final long untilNs = untilNextDeadlineNs(device);
            if (untilNs < waitNs) {
                waitNs = untilNs;
                due = device;
            }
        }
        final Delivery first = underWay.peek();
        if (first != null && first.timeNs - nowNs <= waitNs) {
            underWay.remove();
            nowNs = first.timeNs;
            first.arrival.run();
            return true;
        }
        if (due == null) {
            return false;
        }
        nowNs += waitNs;
        attempt(due.communication()::tick);
        return true;
    }

    /** Repeats a question until the answer arrives, as a port does. */
    private static long untilNextDeadlineNs(final VirtualDevice device) {
        while (true) {
            try {
                return device.communication().untilNextDeadlineNs();
            } catch (final VirtualDevice.InjectedError asksAgain) {
                continue;
            }
        }
    }

    /** Catches the errors that a port's thread survives. */
    private void attempt(final Runnable work) {
        try {
            work.run();
        } catch (final VirtualDevice.InjectedError e) {
            log.add(String.format("%.3f ms a port survives %s", (nowNs - START_NS) / 1e6, e));
        }
    }
}
