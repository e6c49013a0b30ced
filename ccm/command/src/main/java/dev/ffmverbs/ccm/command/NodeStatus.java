// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.ffmverbs.Device;
import dev.ffmverbs.ccm.ClientRequirements;
import dev.ffmverbs.ccm.ClusterConnectionManager;
import dev.ffmverbs.ccm.NodeConfiguration;
import dev.ffmverbs.ccm.Partner;
import dev.ffmverbs.ccm.PartnerAddress;
import dev.ffmverbs.ccm.Session;
import dev.ffmverbs.ccm.value.BootPhase;
import dev.ffmverbs.softroce.SoftRoceDevices;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The present state of a node, as {@code ccm status} shows it.
 *
 * @param node    the node.
 * @param device  its first device.
 * @param log     remembers the history of its partners.
 * @param ownership what it does to own; null if it takes no part in an ownership.
 * @param mirror  what it does with a mirrored log; null if it has none.
 * @param startNs when the node started, in nanoseconds of {@link System#nanoTime}.
 */
record NodeStatus(
    ClusterConnectionManager node, Device device, NodeLog log, NodeOwnership ownership, MirrorLoad mirror,
    long startNs) {

    /** Field of an answer that says who owns; null if the node takes no part in an ownership. */
    static final String OWNERSHIP = "ownership";

    /** Field of an answer that says how complete the copy of the node's log is; null if the node has no log. */
    static final String LOG = "log";

    String toJson() {
        try {
            return JSON.std.asString(fields());
        } catch (final IOException e) {
            throw new CommandFailedException("cannot write the status as JSON: " + e.getMessage(), e);
        }
    }

    private Map<String, Object> fields() {
        final NodeConfiguration configuration = node.configuration();
        final Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("name", configuration.nodeName());
        fields.put("bootId", node.bootId().toString());
        fields.put("generation", configuration.generation());
        fields.put("phase", node.bootPhase().name());
        fields.put("process", ProcessHandle.current().pid());
        fields.put("uptimeS", TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startNs));
        fields.put("loopAgeMs", node.loopAge().toMillis());
        fields.put("ailment", node.ailment().orElse(null));
        fields.put("device", device.name());
        fields.put("provider", device.provider());
        fields.put("socket", socket());
        fields.put("listen", configuration.listenAddresses().stream().map(NodeLog::text).toList());
        fields.put("secret", configuration.secret().isPresent());
        fields.put("rejections", NodeReport.rejections(node.rejections()));
        final List<Object> partners = new ArrayList<>();
        for (int i = 0; i < node.partners().size(); i++) {
            partners.add(fields(node.partners().get(i), configuration.partners().get(i)));
        }
        fields.put("partners", partners);
        fields.put(OWNERSHIP, ownership == null ? null : ownership.fields());
        fields.put(LOG, mirror == null ? null : mirror.fields());
        return fields;
    }

    /** Returns which socket a software device uses; null for another device. */
    private String socket() {
        return device.provider().equals(SoftRoceDevices.PROVIDER)
            ? SoftRoceDevices.describeSocket(device.name()).orElse(null) : null;
    }

    private Map<String, Object> fields(final Partner partner, final PartnerAddress address) {
        final PartnerHistory history = log.history(partner);
        final Session session = partner.session().orElse(null);
        final Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("name", partner.name());
        fields.put("addresses", address.addresses().stream().map(NodeLog::text).toList());
        fields.put("path", partner.path());
        fields.put("liveness", partner.liveness().name());
        fields.put("phase", partner.bootPhase().map(BootPhase::name).orElse(null));
        fields.put("session", session == null ? null : fields(session, history));
        fields.put("lastEnd", history.end());
        fields.put("reason", history.reason());
        fields.put("reasonDetail", history.reasonDetail());
        fields.put("clients", partner.clients().stream().map(ClientRequirements::name).toList());
        fields.put("handshake", NodeReport.handshake(partner.handshake().orElse(null)));
        fields.put("heartbeat", NodeReport.heartbeat(partner.heartbeats()));
        fields.put("counters", history.counters());
        return fields;
    }

    private static Map<String, Object> fields(final Session session, final PartnerHistory history) {
        final Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("bootId", session.partnerSide().bootId().toString());
        fields.put("epoch", session.partnerSide().epoch());
        fields.put("generation", session.generation());
        fields.put("seconds", history.secondsUp(session));
        fields.put("silence", history.silence());
        return fields;
    }
}
