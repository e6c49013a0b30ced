// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.cm;

import java.net.Inet4Address;

/** Whether a request asks for something that this device can do and the peer may ask. */
final class RequestAdmission {

    /** No {@link RejectReason}: nothing is wrong. */
    static final int ADMITTED = 0;

    private static final int LAST_SPECIAL_QUEUE_PAIR = 1;
    private static final int MULTICAST_QUEUE_PAIR = 0xFF_FFFF;

    private RequestAdmission() {
    }

    /**
     * Looks for what is wrong with a request.
     *
     * @param request    the request.
     * @param addresses  its address header, or null when it has none of IPv4.
     * @param source     where it came from.
     * @param local      where it came to.
     * @param maximumMtu largest path MTU to the source.
     * @return the {@link RejectReason} to refuse with, or {@link #ADMITTED}.
     */
    static int reasonToRefuse(
        final ManagementMessage request, final AddressHeader addresses, final Inet4Address source,
        final Inet4Address local, final int maximumMtu) {
        if (ServiceId.port(request.get(RequestFields.SERVICE_ID)) < 0) {
            return RejectReason.INVALID_SERVICE_ID;
        }
        if (request.getInt(RequestFields.TRANSPORT) != RequestFields.RELIABLE_CONNECTION) {
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
        final int mtu = request.getInt(RequestFields.PATH_MTU);
        if (mtu < 1 || mtu > maximumMtu) {
            return RejectReason.INVALID_PATH_MTU;
        }
        final int queuePair = request.getInt(RequestFields.QUEUE_PAIR);
        return queuePair <= LAST_SPECIAL_QUEUE_PAIR || queuePair == MULTICAST_QUEUE_PAIR
            ? RejectReason.UNSUPPORTED : ADMITTED;
    }

    private static boolean isGidOf(
        final Inet4Address address, final ManagementMessage request, final MessageField high,
        final MessageField low) {
        return request.get(high) == 0 && request.get(low) == Messages.gidLow(address);
    }
}
