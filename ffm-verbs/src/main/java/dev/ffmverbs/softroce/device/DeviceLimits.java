// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.device;

import dev.ffmverbs.jextract.ffm_verbs_h;
import dev.ffmverbs.jextract.ibv_device_attr;
import dev.ffmverbs.jextract.ibv_device_attr_ex;
import dev.ffmverbs.jextract.ibv_port_attr;
import dev.ffmverbs.softroce.port.LocalAddress;
import java.lang.foreign.MemorySegment;

/** What a software device can do at most, and how it tells. */
final class DeviceLimits {

    static final int MAX_REQUESTS = 1 << 15;
    static final int MAX_ELEMENTS = 32;
    static final int MAX_INLINE_BYTES = 4096;
    static final int MAX_COMPLETIONS = 1 << 20;
    static final int MAX_READ_ATOMIC = 128;

    private static final int MAX_OBJECTS = 1 << 20;
    private static final int MAX_MESSAGE_BYTES = 1 << 31;
    private static final int PAGE_BYTES = 4096;
    private static final int CONNECTION_MANAGEMENT_SUPPORTED = 1 << 16;
    private static final int PHYSICAL_STATE_LINK_UP = 5;
    private static final int WIDTH_4X = 2;
    private static final int SPEED_10_GBIT = 4;
    private static final int SMALLEST_MTU_BYTES = 256;

    private DeviceLimits() {
    }

    /** Fills a {@code struct ibv_device_attr_ex}; what the device does not have stays zero. */
    static void describeDevice(final MemorySegment extended, final long guid) {
        extended.fill((byte) 0);
        final MemorySegment attributes = ibv_device_attr_ex.orig_attr(extended);
        ibv_device_attr.fw_ver(attributes).setString(0, "soft");
        ibv_device_attr.node_guid(attributes, Long.reverseBytes(guid));
        ibv_device_attr.sys_image_guid(attributes, Long.reverseBytes(guid));
        ibv_device_attr.max_mr_size(attributes, Long.MAX_VALUE);
        ibv_device_attr.page_size_cap(attributes, PAGE_BYTES);
        ibv_device_attr.max_qp(attributes, MAX_OBJECTS);
        ibv_device_attr.max_qp_wr(attributes, MAX_REQUESTS);
        ibv_device_attr.device_cap_flags(attributes,
            ffm_verbs_h.IBV_DEVICE_RC_RNR_NAK_GEN() | ffm_verbs_h.IBV_DEVICE_CURR_QP_STATE_MOD());
        ibv_device_attr.max_sge(attributes, MAX_ELEMENTS);
        ibv_device_attr.max_sge_rd(attributes, MAX_ELEMENTS);
        ibv_device_attr.max_cq(attributes, MAX_OBJECTS);
        ibv_device_attr.max_cqe(attributes, MAX_COMPLETIONS);
        ibv_device_attr.max_mr(attributes, MAX_OBJECTS);
        ibv_device_attr.max_pd(attributes, MAX_OBJECTS);
        ibv_device_attr.max_qp_rd_atom(attributes, MAX_READ_ATOMIC);
        ibv_device_attr.max_res_rd_atom(attributes, MAX_READ_ATOMIC * MAX_OBJECTS);
        ibv_device_attr.max_qp_init_rd_atom(attributes, MAX_READ_ATOMIC);
        ibv_device_attr.atomic_cap(attributes, ffm_verbs_h.IBV_ATOMIC_GLOB());
        ibv_device_attr.max_srq(attributes, MAX_OBJECTS);
        ibv_device_attr.max_srq_wr(attributes, MAX_REQUESTS);
        ibv_device_attr.max_srq_sge(attributes, MAX_ELEMENTS);
        ibv_device_attr.max_pkeys(attributes, (short) 1);
        ibv_device_attr.phys_port_cnt(attributes, (byte) 1);
        ibv_device_attr_ex.phys_port_cnt_ex(extended, 1);
    }

    /** Fills a {@code struct ibv_port_attr}. */
    static void describePort(final MemorySegment attributes, final LocalAddress local) {
        attributes.fill((byte) 0);
        ibv_port_attr.state(attributes, ffm_verbs_h.IBV_PORT_ACTIVE());
        ibv_port_attr.max_mtu(attributes, ffm_verbs_h.IBV_MTU_4096());
        ibv_port_attr.active_mtu(attributes, mtuCode(local.pathMtuBytes()));
        ibv_port_attr.gid_tbl_len(attributes, 1);
        ibv_port_attr.port_cap_flags(attributes, CONNECTION_MANAGEMENT_SUPPORTED);
        ibv_port_attr.max_msg_sz(attributes, MAX_MESSAGE_BYTES);
        ibv_port_attr.pkey_tbl_len(attributes, (short) 1);
        ibv_port_attr.max_vl_num(attributes, (byte) 1);
        ibv_port_attr.active_width(attributes, (byte) WIDTH_4X);
        ibv_port_attr.active_speed(attributes, (byte) SPEED_10_GBIT);
        ibv_port_attr.phys_state(attributes, (byte) PHYSICAL_STATE_LINK_UP);
        ibv_port_attr.link_layer(attributes, (byte) ffm_verbs_h.IBV_LINK_LAYER_ETHERNET());
    }

    /** The C constant of {@code enum ibv_mtu}. */
    static int mtuCode(final int bytes) {
        return Integer.numberOfTrailingZeros(bytes / SMALLEST_MTU_BYTES) + ffm_verbs_h.IBV_MTU_256();
    }

    /** Bytes of a C constant of {@code enum ibv_mtu}; 0 when it is none. */
    static int mtuBytes(final int code) {
        return code < ffm_verbs_h.IBV_MTU_256() || code > ffm_verbs_h.IBV_MTU_4096()
            ? 0 : SMALLEST_MTU_BYTES << code - ffm_verbs_h.IBV_MTU_256();
    }
}
