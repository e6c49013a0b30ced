// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import dev.ffmverbs.spi.Closing;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The lock of a communication manager. The thread that releases it makes the calls to the device that wait for that,
 * because the device may take its own locks.
 */
final class CommunicationLock {

    private final ManagementDevice device;
    private final EndpointContext context;
    private final ReentrantLock lock = new ReentrantLock();

    /** The first deadline when the lock was taken, if there was one. Guarded by the lock. */
    private boolean hadDeadline;
    private long formerDeadlineNs;

    /** Whether the device does not know yet that the first deadline is earlier; set under the lock. */
    private volatile boolean isDeadlineEarlier;

    CommunicationLock(final ManagementDevice device, final EndpointContext context) {
        this.device = device;
        this.context = context;
    }

    /** Takes the lock to read only. No call to the device follows. */
    void lockToRead() {
        lock.lock();
    }

    void unlockAfterReading() {
        lock.unlock();
    }

    void lock() {
        lock.lock();
        boolean noted = false;
        try {
            hadDeadline = !context.timers().isEmpty();
            formerDeadlineNs = hadDeadline ? context.timers().firstNs() : 0;
            noted = true;
        } finally {
            if (!noted) {
                lock.unlock();
            }
        }
    }

    /**
     * Releases the lock, then calls the device, which may take its own locks, if there is something to tell it. If a
     * call fails, the next thread to release the lock makes those that are left.
     */
    void unlock() {
        Runnable deviceCall;
        try {
            final TimerQueue timers = context.timers();
            if (!timers.isEmpty() && (!hadDeadline || timers.firstNs() - formerDeadlineNs < 0)) {
                isDeadlineEarlier = true;
            }
            deviceCall = context.pollDeviceCall();
        } finally {
            lock.unlock();
        }
        try {
            while (deviceCall != null) {
                deviceCall.run();
                deviceCall = nextDeviceCall();
            }
        } finally {
            tellEarlierDeadline();
        }
    }

    private Runnable nextDeviceCall() {
        lock.lock();
        try {
            return context.pollDeviceCall();
        } finally {
            lock.unlock();
        }
    }

    /** Makes the device calls that are left after one failed. No other thread does once the device closes. */
    void makeRemainingCalls() {
        final List<Runnable> remaining = new ArrayList<>();
        Runnable deviceCall = nextDeviceCall();
        while (deviceCall != null) {
            remaining.add(deviceCall);
            deviceCall = nextDeviceCall();
        }
        Closing.closeAll(remaining, Runnable::run);
    }

    private void tellEarlierDeadline() {
        if (isDeadlineEarlier) {
            isDeadlineEarlier = false;
            boolean told = false;
            try {
                device.onEarlierDeadline();
                told = true;
            } finally {
                if (!told) {
                    isDeadlineEarlier = true;
                }
            }
        }
    }

    @Override
    public String toString() {
        return "CommunicationLock of " + device.deviceName();
    }
}
