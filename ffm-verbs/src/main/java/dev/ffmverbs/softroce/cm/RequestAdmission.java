// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import dev.ffmverbs.softroce.cm.message.AddressHeader;
import dev.ffmverbs.softroce.cm.message.ManagementMessage;
import dev.ffmverbs.softroce.cm.message.RequestFields;
import dev.ffmverbs.softroce.cm.message.ServiceId;
import dev.ffmverbs.softroce.wire.IpAddress;
import dev.ffmverbs.softroce.wire.LongField;
import dev.ffmverbs.softroce.wire.QueuePairNumbers;
import dev.ffmverbs.spi.RejectReason;
import java.net.InetAddress;

/** Checks whether this device supports a request, and whether the peer may make it. */
final class RequestAdmission {

    /** Returned in place of a {@link RejectReason} for a valid request. */
    static final int ADMITTED = 0;

    private RequestAdmission() {
    }

    /**
     * Checks a request.
     *
     * @param request    the request.
     * @param addresses  its address header, or null if it has none.
     * @param source     address it came from.
     * @param local      address it came to.
     * @param maximumMtu largest path MTU to the source.
     * @return the {@link RejectReason} to refuse with, or {@link #ADMITTED}.
     */
    static int reasonToRefuse(
        final ManagementMessage request, final AddressHeader addresses, final InetAddress source,
        final InetAddress local, final int maximumMtu) {
        if (ServiceId.portNumber(request.get(RequestFields.SERVICE_ID)) == ServiceId.NO_PORT_NUMBER) {
            return RejectReason.INVALID_SERVICE_ID;
        }
        if (request.get(RequestFields.TRANSPORT) != RequestFields.RELIABLE_CONNECTION) {
            return RejectReason.INVALID_TRANSPORT;
        }
        if (addresses == null) {
            return RejectReason.UNSUPPORTED;
        }
        if (!isGidOf(source, request, RequestFields.LOCAL_GID_HIGH, RequestFields.LOCAL_GID_LOW)
            || !isGidOf(local, request, RequestFields.REMOTE_GID_HIGH, RequestFields.REMOTE_GID_LOW)
            || !addresses.source().equals(source) || !addresses.destination().equals(local)) {
            return RejectReason.INVALID_GID;
        }
        final int mtu = request.get(RequestFields.PATH_MTU);
        if (mtu < 1 || mtu > maximumMtu) {
            return RejectReason.INVALID_PATH_MTU;
        }
        return QueuePairNumbers.isOfProgram(request.get(RequestFields.QUEUE_PAIR)) ? ADMITTED
            : RejectReason.UNSUPPORTED;
    }

    private static boolean isGidOf(
        final InetAddress address, final ManagementMessage request, final LongField high, final LongField low) {
        final IpAddress ip = IpAddress.of(address);
        return request.get(high) == ip.high() && request.get(low) == ip.low();
    }
}
