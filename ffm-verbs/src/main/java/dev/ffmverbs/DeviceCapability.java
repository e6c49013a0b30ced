// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.constants.DeviceCapabilityFlags;

/**
 * What a device can do ({@code enum ibv_device_cap_flags}). Those after {@link #MANAGED_FLOW_STEERING} are reported in
 * {@link ExtendedDeviceAttributes} only.
 */
public enum DeviceCapability {

    /** Queue pairs can be resized ({@code IBV_DEVICE_RESIZE_MAX_WR}). */
    RESIZABLE_QUEUES(DeviceCapabilityFlags.RESIZABLE_QUEUES),

    /** Packets with a wrong partition key are counted ({@code IBV_DEVICE_BAD_PKEY_CNTR}). */
    BAD_PARTITION_KEY_COUNTER(DeviceCapabilityFlags.BAD_PARTITION_KEY_COUNTER),

    /** Packets with a wrong queue key are counted ({@code IBV_DEVICE_BAD_QKEY_CNTR}). */
    BAD_QUEUE_KEY_COUNTER(DeviceCapabilityFlags.BAD_QUEUE_KEY_COUNTER),

    /** Raw packets can be sent to multicast groups ({@code IBV_DEVICE_RAW_MULTI}). */
    RAW_MULTICAST(DeviceCapabilityFlags.RAW_MULTICAST),

    /** Connections can move to an alternate path ({@code IBV_DEVICE_AUTO_PATH_MIG}). */
    AUTOMATIC_PATH_MIGRATION(DeviceCapabilityFlags.AUTOMATIC_PATH_MIGRATION),

    /** A queue pair can move to another port ({@code IBV_DEVICE_CHANGE_PHY_PORT}). */
    PHYSICAL_PORT_CHANGE(DeviceCapabilityFlags.PHYSICAL_PORT_CHANGE),

    /** The port of an address handle must be that of the queue pair ({@code IBV_DEVICE_UD_AV_PORT_ENFORCE}). */
    DATAGRAM_PORT_ENFORCEMENT(DeviceCapabilityFlags.DATAGRAM_PORT_ENFORCEMENT),

    /** {@code ibv_modify_qp(3)} checks {@code cur_qp_state} ({@code IBV_DEVICE_CURR_QP_STATE_MOD}). */
    CURRENT_STATE_MODIFIABLE(DeviceCapabilityFlags.CURRENT_STATE_MODIFIABLE),

    /** Ports can be shut down ({@code IBV_DEVICE_SHUTDOWN_PORT}). */
    PORT_SHUTDOWN(DeviceCapabilityFlags.PORT_SHUTDOWN),

    /** The subnet manager can be told the type of initialization ({@code IBV_DEVICE_INIT_TYPE}). */
    INITIALIZATION_TYPE(DeviceCapabilityFlags.INITIALIZATION_TYPE),

    /** An event is reported when a port becomes active ({@code IBV_DEVICE_PORT_ACTIVE_EVENT}). */
    PORT_ACTIVE_EVENT(DeviceCapabilityFlags.PORT_ACTIVE_EVENT),

    /** The device has the identifier of a system image ({@code IBV_DEVICE_SYS_IMAGE_GUID}). */
    SYSTEM_IMAGE_GUID(DeviceCapabilityFlags.SYSTEM_IMAGE_GUID),

    /** Reliable connections answer with RNR NAKs when no receive is posted ({@code IBV_DEVICE_RC_RNR_NAK_GEN}). */
    RECEIVER_NOT_READY_NAK(DeviceCapabilityFlags.RECEIVER_NOT_READY_NAK),

    /** Shared receive queues can be resized ({@code IBV_DEVICE_SRQ_RESIZE}). */
    RESIZABLE_SHARED_RECEIVE_QUEUES(DeviceCapabilityFlags.RESIZABLE_SHARED_RECEIVE_QUEUES),

    /** Completion queues can announce every n-th completion ({@code IBV_DEVICE_N_NOTIFY_CQ}). */
    COUNTED_NOTIFICATION(DeviceCapabilityFlags.COUNTED_NOTIFICATION),

    /** There are memory windows ({@code IBV_DEVICE_MEM_WINDOW}). */
    MEMORY_WINDOWS(DeviceCapabilityFlags.MEMORY_WINDOWS),

    /** IP checksums of datagrams are computed and checked ({@code IBV_DEVICE_UD_IP_CSUM}). */
    DATAGRAM_CHECKSUM_OFFLOAD(DeviceCapabilityFlags.DATAGRAM_CHECKSUM_OFFLOAD),

    /** There are extended reliable connections (XRC) ({@code IBV_DEVICE_XRC}). */
    EXTENDED_RELIABLE_CONNECTIONS(DeviceCapabilityFlags.EXTENDED_RELIABLE_CONNECTIONS),

    /** Keys can be invalidated and regions registered by work requests ({@code IBV_DEVICE_MEM_MGT_EXTENSIONS}). */
    MEMORY_MANAGEMENT_EXTENSIONS(DeviceCapabilityFlags.MEMORY_MANAGEMENT_EXTENSIONS),

    /** Windows of type 2 belong to a queue pair ({@code IBV_DEVICE_MEM_WINDOW_TYPE_2A}). */
    MEMORY_WINDOWS_TYPE_2A(DeviceCapabilityFlags.MEMORY_WINDOWS_TYPE_2A),

    /** Windows of type 2 belong to a queue pair and to a protection domain ({@code IBV_DEVICE_MEM_WINDOW_TYPE_2B}). */
    MEMORY_WINDOWS_TYPE_2B(DeviceCapabilityFlags.MEMORY_WINDOWS_TYPE_2B),

    /** IP checksums of reliable connections are computed and checked ({@code IBV_DEVICE_RC_IP_CSUM}). */
    CONNECTION_CHECKSUM_OFFLOAD(DeviceCapabilityFlags.CONNECTION_CHECKSUM_OFFLOAD),

    /** IP checksums of raw packets are computed and checked ({@code IBV_DEVICE_RAW_IP_CSUM}). */
    RAW_CHECKSUM_OFFLOAD(DeviceCapabilityFlags.RAW_CHECKSUM_OFFLOAD),

    /** Incoming packets can be steered to queue pairs by rules ({@code IBV_DEVICE_MANAGED_FLOW_STEERING}). */
    MANAGED_FLOW_STEERING(DeviceCapabilityFlags.MANAGED_FLOW_STEERING),

    /** Raw packets can be received with their frame checksum ({@code IBV_DEVICE_RAW_SCATTER_FCS}). */
    RAW_FRAME_CHECKSUM(DeviceCapabilityFlags.RAW_FRAME_CHECKSUM),

    /** The last write of a packet can be padded to a cache line ({@code IBV_DEVICE_PCI_WRITE_END_PADDING}). */
    PADDED_WRITES(DeviceCapabilityFlags.PADDED_WRITES),

    /** FLUSH makes data visible to all ({@code IB_UVERBS_DEVICE_FLUSH_GLOBAL}). */
    FLUSH_TO_GLOBAL_VISIBILITY(DeviceCapabilityFlags.FLUSH_TO_GLOBAL_VISIBILITY),

    /** FLUSH makes data persistent ({@code IB_UVERBS_DEVICE_FLUSH_PERSISTENT}). */
    FLUSH_TO_PERSISTENCE(DeviceCapabilityFlags.FLUSH_TO_PERSISTENCE),

    /** There are atomic WRITEs ({@code IB_UVERBS_DEVICE_ATOMIC_WRITE}). */
    ATOMIC_WRITE(DeviceCapabilityFlags.ATOMIC_WRITE);

    private final long value;

    DeviceCapability(final long value) {
        this.value = value;
    }

    /**
     * Returns the C constant.
     *
     * @return its value in {@code <infiniband/verbs.h>}.
     */
    public long value() {
        return value;
    }

    /** Returns the flags in a number. */
    static FlagSet<DeviceCapability> of(final long bits) {
        return FlagSet.of(DeviceCapability.class, DeviceCapability::value, bits);
    }
}
