// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.constants;

/** Capabilities of a port ({@code enum ibv_port_cap_flags}). */
public final class PortCapabilityFlags {

    /** {@code IBV_PORT_SM}: a subnet manager runs at the port. */
    public static final int SUBNET_MANAGER = 1 << 1;
    /** {@code IBV_PORT_NOTICE_SUP}: the port has notices. */
    public static final int NOTICES = 1 << 2;
    /** {@code IBV_PORT_TRAP_SUP}: the port has traps. */
    public static final int TRAPS = 1 << 3;
    /** {@code IBV_PORT_OPT_IPD_SUP}: the port has all values of the delay between packets. */
    public static final int INTER_PACKET_DELAY = 1 << 4;
    /** {@code IBV_PORT_AUTO_MIGR_SUP}: connections can move to an alternate path. */
    public static final int AUTOMATIC_MIGRATION = 1 << 5;
    /** {@code IBV_PORT_SL_MAP_SUP}: service levels are mapped to virtual lanes. */
    public static final int SERVICE_LEVEL_MAPPING = 1 << 6;
    /** {@code IBV_PORT_MKEY_NVRAM}: the management key is in non-volatile memory. */
    public static final int PERSISTENT_MANAGEMENT_KEY = 1 << 7;
    /** {@code IBV_PORT_PKEY_NVRAM}: the partition keys are in non-volatile memory. */
    public static final int PERSISTENT_PARTITION_KEYS = 1 << 8;
    /** {@code IBV_PORT_LED_INFO_SUP}: the state of a light at the port can be read and set. */
    public static final int LED_INFORMATION = 1 << 9;
    /** {@code IBV_PORT_SYS_IMAGE_GUID_SUP}: the port has the identifier of a system image. */
    public static final int SYSTEM_IMAGE_GUID = 1 << 11;
    /** {@code IBV_PORT_PKEY_SW_EXT_PORT_TRAP_SUP}: switches report wrong partition keys at external ports. */
    public static final int SWITCH_PARTITION_KEY_TRAP = 1 << 12;
    /** {@code IBV_PORT_EXTENDED_SPEEDS_SUP}: the link has the speeds from FDR on. */
    public static final int EXTENDED_SPEEDS = 1 << 14;
    /** {@code IBV_PORT_CAP_MASK2_SUP}: the second set of capabilities is valid. */
    public static final int SECOND_CAPABILITIES = 1 << 15;
    /** {@code IBV_PORT_CM_SUP}: the port supports connection management. */
    public static final int CONNECTION_MANAGEMENT = 1 << 16;
    /** {@code IBV_PORT_SNMP_TUNNEL_SUP}: SNMP is tunneled. */
    public static final int SNMP_TUNNELING = 1 << 17;
    /** {@code IBV_PORT_REINIT_SUP}: the port can be initialized again. */
    public static final int REINITIALIZATION = 1 << 18;
    /** {@code IBV_PORT_DEVICE_MGMT_SUP}: the port supports device management. */
    public static final int DEVICE_MANAGEMENT = 1 << 19;
    /** {@code IBV_PORT_VENDOR_CLASS_SUP}: the port has management classes of its vendor. */
    public static final int VENDOR_CLASS = 1 << 20;
    /** {@code IBV_PORT_DR_NOTICE_SUP}: notices about direct routes are sent. */
    public static final int DIRECT_ROUTE_NOTICES = 1 << 21;
    /** {@code IBV_PORT_CAP_MASK_NOTICE_SUP}: changes of the capabilities are reported. */
    public static final int CAPABILITY_NOTICES = 1 << 22;
    /** {@code IBV_PORT_BOOT_MGMT_SUP}: the port supports boot management. */
    public static final int BOOT_MANAGEMENT = 1 << 23;
    /** {@code IBV_PORT_LINK_LATENCY_SUP}: the latency of the link is measured. */
    public static final int LINK_LATENCY = 1 << 24;
    /** {@code IBV_PORT_CLIENT_REG_SUP}: the subnet manager can ask clients to register again. */
    public static final int CLIENT_REREGISTRATION = 1 << 25;
    /** {@code IBV_PORT_IP_BASED_GIDS}: GIDs are the IP addresses of the network interface. */
    public static final int IP_BASED_GIDS = 1 << 26;

    private PortCapabilityFlags() {
    }
}
