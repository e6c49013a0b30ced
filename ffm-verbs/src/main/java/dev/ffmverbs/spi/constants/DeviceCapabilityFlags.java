// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.constants;

/** Capabilities of a device ({@code enum ibv_device_cap_flags}). */
public final class DeviceCapabilityFlags {

    /** {@code IBV_DEVICE_CURR_QP_STATE_MOD}: {@code ibv_modify_qp(3)} checks {@code cur_qp_state}. */
    public static final int CURRENT_STATE_MODIFIABLE = 1 << 7;
    /** {@code IBV_DEVICE_RC_RNR_NAK_GEN}: reliable connections answer with RNR NAKs when no receive is posted. */
    public static final int RECEIVER_NOT_READY_NAK = 1 << 12;
    /** {@code IBV_DEVICE_MEM_WINDOW}: there are memory windows. */
    public static final int MEMORY_WINDOWS = 1 << 17;
    /**
     * {@code IBV_DEVICE_MEM_WINDOW_TYPE_2B}: windows of type 2 belong to a queue pair and to a protection domain.
     */
    public static final int MEMORY_WINDOWS_TYPE_2B = 1 << 24;

    private DeviceCapabilityFlags() {
    }
}
