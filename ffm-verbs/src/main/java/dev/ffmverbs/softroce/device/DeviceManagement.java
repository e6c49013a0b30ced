// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.device;

import dev.ffmverbs.softroce.cm.CommunicationManager;
import dev.ffmverbs.softroce.cm.CommunicationSettings;
import dev.ffmverbs.softroce.cm.ManagementDevice;
import dev.ffmverbs.softroce.cm.message.ManagementPacket;
import dev.ffmverbs.softroce.port.ManagementAgent;
import dev.ffmverbs.softroce.port.Port;
import dev.ffmverbs.softroce.transport.TransportCounter;
import dev.ffmverbs.softroce.wire.Arrival;
import dev.ffmverbs.softroce.wire.IpAddress;
import dev.ffmverbs.softroce.wire.RocePacket;
import dev.ffmverbs.spi.Closing;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.List;

/** Connects the communication manager of a device to its port, for datagrams of queue pair 1 and for time. */
final class DeviceManagement implements ManagementDevice, ManagementAgent, AutoCloseable {

    private final SoftDevice device;
    private final Port port;
    private final CommunicationManager communication;

    DeviceManagement(final SoftDevice device, final Port port) {
        this.device = device;
        this.port = port;
        this.communication = new CommunicationManager(this, CommunicationSettings.DEFAULT, new SecureRandom());
    }

    CommunicationManager communication() {
        return communication;
    }

    void start() {
        port.generalServices().setAgent(this);
    }

    /** Notifies all peers, and ends. */
    @Override
    public void close() {
        Closing.closeAll(List.<Runnable>of(communication::close, () -> port.generalServices().setAgent(null)),
            Runnable::run);
    }

    @Override
    public String deviceName() {
        return device.name();
    }

    @Override
    public long guid() {
        return device.guid();
    }

    @Override
    public InetAddress localAddress() {
        return device.address();
    }

    @Override
    public int gidIndex() {
        return GidTable.OWN_INDEX;
    }

    @Override
    public int pathMtu(final InetAddress peer) {
        return DeviceLimits.mtuCode(port.local().pathMtuBytes());
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public void send(final InetAddress peer, final int trafficClass, final ByteBuffer datagram) {
        port.generalServices().send(
            IpAddress.of(peer), trafficClass, packet -> ManagementPacket.wrap(packet, datagram, 0));
    }

    @Override
    public void probe(final int queuePair) {
        port.generalServices().probe(queuePair);
    }

    @Override
    public void joinGroup(final InetAddress group) throws IOException {
        port.multicastGroups().hold(IpAddress.of(group));
    }

    @Override
    public void leaveGroup(final InetAddress group) {
        port.multicastGroups().release(IpAddress.of(group));
    }

    @Override
    public void onEarlierDeadline() {
        port.generalServices().reschedule();
    }

    @Override
    public void receive(final RocePacket packet, final Arrival arrival) {
        final ByteBuffer datagram = ManagementPacket.unwrap(packet);
        if (datagram == null) {
            port.counters().increment(TransportCounter.DROPPED_MANAGEMENT);
        } else {
            communication.receive(arrival.source().toInetAddress(), datagram);
        }
    }

    @Override
    public void onFirstPacket(final int queuePair) {
        communication.onFirstPacket(queuePair);
    }

    @Override
    public void onSignOfLife(final int queuePair) {
        communication.onSignOfLife(queuePair);
    }

    @Override
    public void tick() {
        communication.tick();
    }

    @Override
    public long untilNextDeadlineNs() {
        return communication.untilNextDeadlineNs();
    }
}
