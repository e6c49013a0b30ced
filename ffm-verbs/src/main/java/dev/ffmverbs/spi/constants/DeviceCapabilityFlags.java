// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.constants;

/**
 * Capabilities of a device ({@code enum ibv_device_cap_flags}). Those beyond 32 bits are in the extended attributes.
 */
public final class DeviceCapabilityFlags {

    /** {@code IBV_DEVICE_RESIZE_MAX_WR}: queue pairs can be resized. */
    public static final int RESIZABLE_QUEUES = 1;
    /** {@code IBV_DEVICE_BAD_PKEY_CNTR}: packets with a wrong partition key are counted. */
    public static final int BAD_PARTITION_KEY_COUNTER = 1 << 1;
    /** {@code IBV_DEVICE_BAD_QKEY_CNTR}: packets with a wrong queue key are counted. */
    public static final int BAD_QUEUE_KEY_COUNTER = 1 << 2;
    /** {@code IBV_DEVICE_RAW_MULTI}: raw packets can be sent to multicast groups. */
    public static final int RAW_MULTICAST = 1 << 3;
    /** {@code IBV_DEVICE_AUTO_PATH_MIG}: connections can move to an alternate path. */
    public static final int AUTOMATIC_PATH_MIGRATION = 1 << 4;
    /** {@code IBV_DEVICE_CHANGE_PHY_PORT}: a queue pair can move to another port. */
    public static final int PHYSICAL_PORT_CHANGE = 1 << 5;
    /** {@code IBV_DEVICE_UD_AV_PORT_ENFORCE}: the port of an address handle must be that of the queue pair. */
    public static final int DATAGRAM_PORT_ENFORCEMENT = 1 << 6;
    /** {@code IBV_DEVICE_CURR_QP_STATE_MOD}: {@code ibv_modify_qp(3)} checks {@code cur_qp_state}. */
    public static final int CURRENT_STATE_MODIFIABLE = 1 << 7;
    /** {@code IBV_DEVICE_SHUTDOWN_PORT}: ports can be shut down. */
    public static final int PORT_SHUTDOWN = 1 << 8;
    /** {@code IBV_DEVICE_INIT_TYPE}: the subnet manager can be told the type of initialization. */
    public static final int INITIALIZATION_TYPE = 1 << 9;
    /** {@code IBV_DEVICE_PORT_ACTIVE_EVENT}: an event is reported when a port becomes active. */
    public static final int PORT_ACTIVE_EVENT = 1 << 10;
    /** {@code IBV_DEVICE_SYS_IMAGE_GUID}: the device has the identifier of a system image. */
    public static final int SYSTEM_IMAGE_GUID = 1 << 11;
    /** {@code IBV_DEVICE_RC_RNR_NAK_GEN}: reliable connections answer with RNR NAKs when no receive is posted. */
    public static final int RECEIVER_NOT_READY_NAK = 1 << 12;
    /** {@code IBV_DEVICE_SRQ_RESIZE}: shared receive queues can be resized. */
    public static final int RESIZABLE_SHARED_RECEIVE_QUEUES = 1 << 13;
    /** {@code IBV_DEVICE_N_NOTIFY_CQ}: completion queues can announce every n-th completion. */
    public static final int COUNTED_NOTIFICATION = 1 << 14;
    /** {@code IBV_DEVICE_MEM_WINDOW}: there are memory windows. */
    public static final int MEMORY_WINDOWS = 1 << 17;
    /** {@code IBV_DEVICE_UD_IP_CSUM}: IP checksums of datagrams are computed and checked. */
    public static final int DATAGRAM_CHECKSUM_OFFLOAD = 1 << 18;
    /** {@code IBV_DEVICE_XRC}: there are extended reliable connections (XRC). */
    public static final int EXTENDED_RELIABLE_CONNECTIONS = 1 << 20;
    /** {@code IBV_DEVICE_MEM_MGT_EXTENSIONS}: keys can be invalidated and regions registered by work requests. */
    public static final int MEMORY_MANAGEMENT_EXTENSIONS = 1 << 21;
    /** {@code IBV_DEVICE_MEM_WINDOW_TYPE_2A}: windows of type 2 belong to a queue pair. */
    public static final int MEMORY_WINDOWS_TYPE_2A = 1 << 23;
    /** {@code IBV_DEVICE_MEM_WINDOW_TYPE_2B}: windows of type 2 belong to a queue pair and to a protection domain. */
    public static final int MEMORY_WINDOWS_TYPE_2B = 1 << 24;
    /** {@code IBV_DEVICE_RC_IP_CSUM}: IP checksums of reliable connections are computed and checked. */
    public static final int CONNECTION_CHECKSUM_OFFLOAD = 1 << 25;
    /** {@code IBV_DEVICE_RAW_IP_CSUM}: IP checksums of raw packets are computed and checked. */
    public static final int RAW_CHECKSUM_OFFLOAD = 1 << 26;
    /** {@code IBV_DEVICE_MANAGED_FLOW_STEERING}: incoming packets can be steered to queue pairs by rules. */
    public static final int MANAGED_FLOW_STEERING = 1 << 29;
    /** {@code IBV_DEVICE_RAW_SCATTER_FCS}: raw packets can be received with their frame checksum. */
    public static final long RAW_FRAME_CHECKSUM = 1L << 34;
    /** {@code IBV_DEVICE_PCI_WRITE_END_PADDING}: the last write of a packet can be padded to a cache line. */
    public static final long PADDED_WRITES = 1L << 36;
    /** {@code IB_UVERBS_DEVICE_FLUSH_GLOBAL}: FLUSH makes data visible to all. */
    public static final long FLUSH_TO_GLOBAL_VISIBILITY = 1L << 38;
    /** {@code IB_UVERBS_DEVICE_FLUSH_PERSISTENT}: FLUSH makes data persistent. */
    public static final long FLUSH_TO_PERSISTENCE = 1L << 39;
    /** {@code IB_UVERBS_DEVICE_ATOMIC_WRITE}: there are atomic WRITEs. */
    public static final long ATOMIC_WRITE = 1L << 40;

    private DeviceCapabilityFlags() {
    }
}
