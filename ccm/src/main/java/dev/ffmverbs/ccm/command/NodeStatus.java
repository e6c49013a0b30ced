// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.ffmverbs.Device;
import dev.ffmverbs.ccm.ClientRequirements;
import dev.ffmverbs.ccm.ClusterConnectionManager;
import dev.ffmverbs.ccm.Partner;
import dev.ffmverbs.ccm.Session;
import dev.ffmverbs.ccm.memory.BootPhase;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * How a node is now: what {@code ccm status} shows.
 *
 * @param node    the node.
 * @param device  its device.
 * @param startNs when it started, in nanoseconds of {@link System#nanoTime}.
 */
record NodeStatus(ClusterConnectionManager node, Device device, long startNs) {

    String toJson() {
        try {
            return JSON.std.asString(fields());
        } catch (final IOException e) {
            throw new CommandFailedException("the status cannot be written as JSON: " + e.getMessage(), e);
        }
    }

    private Map<String, Object> fields() {
        final Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("name", node.configuration().nodeName());
        fields.put("bootId", node.bootId().toString());
        fields.put("process", ProcessHandle.current().pid());
        fields.put("uptimeS", TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startNs));
        fields.put("device", device.name());
        fields.put("provider", device.provider());
        fields.put("listen", NodeLog.text(node.configuration().listenAddress()));
        fields.put("rejections", NodeReport.rejections(node.rejections()));
        final List<Object> partners = new ArrayList<>();
        node.partners().forEach(partner -> partners.add(fields(partner)));
        fields.put("partners", partners);
        return fields;
    }

    private static Map<String, Object> fields(final Partner partner) {
        final Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("name", partner.name());
        fields.put("address", NodeLog.text(partner.address()));
        fields.put("liveness", partner.liveness().name());
        fields.put("phase", partner.bootPhase().map(BootPhase::name).orElse(null));
        fields.put("path", partner.path());
        final Session session = partner.session().orElse(null);
        fields.put("bootId", session == null ? null : session.partnerSide().bootId().toString());
        fields.put("epoch", session == null ? null : session.partnerSide().epoch());
        fields.put("clients", partner.clients().stream().map(ClientRequirements::name).toList());
        fields.put("handshake", NodeReport.handshake(partner.handshake().orElse(null)));
        fields.put("heartbeat", NodeReport.heartbeat(partner.heartbeats()));
        return fields;
    }
}
