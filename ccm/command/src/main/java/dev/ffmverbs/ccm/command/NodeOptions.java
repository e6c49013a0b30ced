// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import dev.ffmverbs.Device;
import dev.ffmverbs.Verbs;
import dev.ffmverbs.ccm.ClusterConnectionManager;
import dev.ffmverbs.ccm.PartnerAddress;
import dev.ffmverbs.ccm.value.LivenessThresholds;
import dev.ffmverbs.ccm.value.MemoryAddresses;
import dev.ffmverbs.ccm.value.SharedSecret;
import dev.ffmverbs.ccm.value.Timeouts;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** The options of {@code ccm node} that configure the node. */
final class NodeOptions {

    @Option(names = "--name", required = true, paramLabel = "NAME", description = "name of this node")
    private String name;

    @Option(names = "--device", paramLabel = "DEVICE", description = "RDMA device; by default, the first one found")
    private String deviceName;

    @Option(names = "--listen", required = true, paramLabel = "ADDRESS:PORT", converter = Converters.Address.class,
        description = "address and port of this node; the address must be one of the device's")
    private InetSocketAddress listenAddress;

    @Option(names = "--interconnect", paramLabel = "DEVICE=ADDRESS:PORT", converter = Converters.NodeInterconnect.class,
        description = "another device of this node, with an address and port on it; may be repeated")
    private List<Converters.Interconnect> interconnects = new ArrayList<>();

    @Option(names = "--partner", required = true, paramLabel = "NAME=ADDRESS:PORT[,ADDRESS:PORT...]",
        converter = Converters.Partner.class,
        description = "name of a partner, with its address and port on each interconnect; may be repeated")
    private List<PartnerAddress> partners = new ArrayList<>();

    @Option(names = "--secret-file", paramLabel = "FILE",
        description = "file with the secret that all nodes of the cluster share; only its owner may have access to it."
            + " By default, the secret is taken from the environment variable " + Secrets.VARIABLE + "; if that is not"
            + " set either, the node has no secret")
    private Path secretFile;

    @Option(names = "--interval-ms", paramLabel = "MS", converter = Converters.Milliseconds.class,
        description = "interval between heartbeats, at least 0.1; default 10")
    private Duration interval;

    @Option(names = "--suspect-ms", paramLabel = "MS", converter = Converters.Milliseconds.class,
        description = "silence after which a partner is suspect; default 300")
    private Duration suspect;

    @Option(names = "--dead-ms", paramLabel = "MS", converter = Converters.Milliseconds.class,
        description = "time after which an unreachable partner is dead; default 3000")
    private Duration dead;

    @Option(names = "--stalled-dead-ms", paramLabel = "MS", converter = Converters.Milliseconds.class,
        description = "time after which a partner whose heartbeat counter stands still is dead; default 10000")
    private Duration stalledDead;

    @Option(names = "--leave-ms", paramLabel = "MS", converter = Converters.Milliseconds.class,
        description = "how long a node that leaves waits for its partners to notice; by default, a second longer than"
            + " it takes to declare a partner dead, at most a minute")
    private Duration leave;

    @Option(names = "--status-address", paramLabel = "ADDRESS", converter = Converters.MemoryAddress.class,
        description = "memory address of the boot-status variable on every node; default 0xCC0000000000")
    private Long statusAddress;

    @Option(names = "--mailbox-address", paramLabel = "ADDRESS", converter = Converters.MemoryAddress.class,
        description = "memory address of the mailbox on every node; default 0xCC0000010000")
    private Long mailboxAddress;

    @Option(names = "--generation", paramLabel = "N", defaultValue = "1",
        description = "number of this start of the node, if something counts them; default 1")
    private long generation;

    /** Created by picocli. */
    NodeOptions() {
        // All fields are options.
    }

    String name() {
        return name;
    }

    List<PartnerAddress> partners() {
        return partners;
    }

    InetSocketAddress listenAddress() {
        return listenAddress;
    }

    Device findDevice() {
        return deviceName == null ? Verbs.defaultDevice() : Verbs.device(deviceName);
    }

    /** Reads the secret; throws as {@link Secrets#find} does. */
    SharedSecret readSecret() {
        return Secrets.find(secretFile);
    }

    /** Creates a builder of the node; throws {@link IllegalArgumentException} if options contradict each other. */
    ClusterConnectionManager.Builder createBuilder(final Device device, final SharedSecret secret) {
        final ClusterConnectionManager.Builder builder = ClusterConnectionManager
            .builder(device, name, listenAddress)
            .memory(memory()).liveness(liveness()).timeouts(timeouts()).generation(generation).secret(secret);
        partners.forEach(builder::partner);
        for (final Converters.Interconnect further : interconnects) {
            builder.interconnect(Verbs.device(further.deviceName()), further.address());
        }
        return builder;
    }

    private MemoryAddresses memory() {
        final MemoryAddresses defaults = MemoryAddresses.defaults();
        return new MemoryAddresses(statusAddress == null ? defaults.statusAddress() : statusAddress,
            mailboxAddress == null ? defaults.mailboxAddress() : mailboxAddress);
    }

    /** Returns the thresholds; throws {@link IllegalArgumentException} if they do not fit together. */
    LivenessThresholds liveness() {
        final LivenessThresholds defaults = LivenessThresholds.defaults();
        final Duration period = orElse(interval, defaults.interval());
        final Duration silence = period.multipliedBy(LivenessThresholds.INTERVALS_BEFORE_SUSPECT);
        try {
            return new LivenessThresholds(period, orElse(suspect, longerOf(silence, defaults.suspectAfter())),
                orElse(dead, defaults.unreachableDeadAfter()), orElse(stalledDead, defaults.stalledDeadAfter()),
                longerOf(period, defaults.ownStallAfter()));
        } catch (final IllegalArgumentException e) {
            throw new IllegalArgumentException(e.getMessage() + " (asked for: " + describeGiven() + ")", e);
        }
    }

    private Timeouts timeouts() {
        final Timeouts defaults = Timeouts.defaultsFor(liveness());
        return new Timeouts(defaults.operation(), defaults.connect(), orElse(leave, defaults.leave()));
    }

    private static Duration longerOf(final Duration one, final Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    private static Duration orElse(final Duration given, final Duration otherwise) {
        return given == null ? otherwise : given;
    }

    /** Returns the options that determine when a partner is dead, as they were given. */
    private String describeGiven() {
        final Map<String, Duration> given = new LinkedHashMap<>();
        given.put("--interval-ms", interval);
        given.put("--suspect-ms", suspect);
        given.put("--dead-ms", dead);
        given.put("--stalled-dead-ms", stalledDead);
        return given.entrySet().stream().filter(option -> option.getValue() != null)
            .map(option -> option.getKey() + " " + Milliseconds.option(option.getValue()))
            .collect(Collectors.joining(" "));
    }
}
