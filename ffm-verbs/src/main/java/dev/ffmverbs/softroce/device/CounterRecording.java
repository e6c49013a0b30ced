// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.device;

import dev.ffmverbs.softroce.recording.CounterEvent;
import dev.ffmverbs.softroce.transport.TransportCounter;
import dev.ffmverbs.softroce.transport.TransportCounters;
import dev.ffmverbs.spi.Closing;
import java.util.List;
import jdk.jfr.FlightRecorder;
import jdk.jfr.FlightRecorderListener;

/**
 * Passes a device's counters to the flight recorder, at the recorder's interval, while the device is open.
 *
 * <p>It waits until the recorder is initialized. Naming an event earlier would load the recorder's metadata, which
 * takes longer than opening a device.
 */
final class CounterRecording implements FlightRecorderListener, AutoCloseable {

    private final String device;
    private final String address;
    private final TransportCounters counters;
    private final long[] recorded = new long[TransportCounter.values().length];
    private final Runnable hook = this::record;
    private volatile boolean closed;

    CounterRecording(final String device, final String address, final TransportCounters counters) {
        this.device = device;
        this.address = address;
        this.counters = counters;
        if (FlightRecorder.isAvailable()) {
            FlightRecorder.addListener(this);
        }
    }

    /**
     * Called when the recorder exists, possibly during construction. Holds no lock, because the recorder has its own.
     */
    @Override
    public void recorderInitialized(final FlightRecorder recorder) {
        FlightRecorder.addPeriodicEvent(CounterEvent.class, hook);
        if (closed) {
            FlightRecorder.removePeriodicEvent(hook);
        }
    }

    private synchronized void record() {
        for (final TransportCounter counter : TransportCounter.values()) {
            final long total = counters.get(counter);
            if (total != 0) {
                final CounterEvent event = new CounterEvent();
                event.device = device;
                event.address = address;
                event.counter = counter.name();
                event.total = total;
                event.increase = total - recorded[counter.ordinal()];
                event.commit();
            }
            recorded[counter.ordinal()] = total;
        }
    }

    @Override
    public void close() {
        closed = true;
        Closing.closeAll(List.<Runnable>of(this::removeListener, this::removeHook), Runnable::run);
    }

    private void removeListener() {
        if (FlightRecorder.isAvailable()) {
            FlightRecorder.removeListener(this);
        }
    }

    private void removeHook() {
        if (FlightRecorder.isInitialized()) {
            FlightRecorder.removePeriodicEvent(hook);
        }
    }
}
