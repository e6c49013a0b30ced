// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.constants.PortCapabilityFlags;

/** What a port can do ({@code enum ibv_port_cap_flags}). */
public enum PortCapability {

    /** A subnet manager runs at the port ({@code IBV_PORT_SM}). */
    SUBNET_MANAGER(PortCapabilityFlags.SUBNET_MANAGER),

    /** The port has notices ({@code IBV_PORT_NOTICE_SUP}). */
    NOTICES(PortCapabilityFlags.NOTICES),

    /** The port has traps ({@code IBV_PORT_TRAP_SUP}). */
    TRAPS(PortCapabilityFlags.TRAPS),

    /** The port has all values of the delay between packets ({@code IBV_PORT_OPT_IPD_SUP}). */
    INTER_PACKET_DELAY(PortCapabilityFlags.INTER_PACKET_DELAY),

    /** Connections can move to an alternate path ({@code IBV_PORT_AUTO_MIGR_SUP}). */
    AUTOMATIC_MIGRATION(PortCapabilityFlags.AUTOMATIC_MIGRATION),

    /** Service levels are mapped to virtual lanes ({@code IBV_PORT_SL_MAP_SUP}). */
    SERVICE_LEVEL_MAPPING(PortCapabilityFlags.SERVICE_LEVEL_MAPPING),

    /** The management key is in non-volatile memory ({@code IBV_PORT_MKEY_NVRAM}). */
    PERSISTENT_MANAGEMENT_KEY(PortCapabilityFlags.PERSISTENT_MANAGEMENT_KEY),

    /** The partition keys are in non-volatile memory ({@code IBV_PORT_PKEY_NVRAM}). */
    PERSISTENT_PARTITION_KEYS(PortCapabilityFlags.PERSISTENT_PARTITION_KEYS),

    /** The state of a light at the port can be read and set ({@code IBV_PORT_LED_INFO_SUP}). */
    LED_INFORMATION(PortCapabilityFlags.LED_INFORMATION),

    /** The port has the identifier of a system image ({@code IBV_PORT_SYS_IMAGE_GUID_SUP}). */
    SYSTEM_IMAGE_GUID(PortCapabilityFlags.SYSTEM_IMAGE_GUID),

    /** Switches report wrong partition keys at external ports ({@code IBV_PORT_PKEY_SW_EXT_PORT_TRAP_SUP}). */
    SWITCH_PARTITION_KEY_TRAP(PortCapabilityFlags.SWITCH_PARTITION_KEY_TRAP),

    /** The link has the speeds from FDR on ({@code IBV_PORT_EXTENDED_SPEEDS_SUP}). */
    EXTENDED_SPEEDS(PortCapabilityFlags.EXTENDED_SPEEDS),

    /** The second set of capabilities is valid ({@code IBV_PORT_CAP_MASK2_SUP}). */
    SECOND_CAPABILITIES(PortCapabilityFlags.SECOND_CAPABILITIES),

    /** The port supports connection management ({@code IBV_PORT_CM_SUP}). */
    CONNECTION_MANAGEMENT(PortCapabilityFlags.CONNECTION_MANAGEMENT),

    /** SNMP is tunneled ({@code IBV_PORT_SNMP_TUNNEL_SUP}). */
    SNMP_TUNNELING(PortCapabilityFlags.SNMP_TUNNELING),

    /** The port can be initialized again ({@code IBV_PORT_REINIT_SUP}). */
    REINITIALIZATION(PortCapabilityFlags.REINITIALIZATION),

    /** The port supports device management ({@code IBV_PORT_DEVICE_MGMT_SUP}). */
    DEVICE_MANAGEMENT(PortCapabilityFlags.DEVICE_MANAGEMENT),

    /** The port has management classes of its vendor ({@code IBV_PORT_VENDOR_CLASS_SUP}). */
    VENDOR_CLASS(PortCapabilityFlags.VENDOR_CLASS),

    /** Notices about direct routes are sent ({@code IBV_PORT_DR_NOTICE_SUP}). */
    DIRECT_ROUTE_NOTICES(PortCapabilityFlags.DIRECT_ROUTE_NOTICES),

    /** Changes of the capabilities are reported ({@code IBV_PORT_CAP_MASK_NOTICE_SUP}). */
    CAPABILITY_NOTICES(PortCapabilityFlags.CAPABILITY_NOTICES),

    /** The port supports boot management ({@code IBV_PORT_BOOT_MGMT_SUP}). */
    BOOT_MANAGEMENT(PortCapabilityFlags.BOOT_MANAGEMENT),

    /** The latency of the link is measured ({@code IBV_PORT_LINK_LATENCY_SUP}). */
    LINK_LATENCY(PortCapabilityFlags.LINK_LATENCY),

    /** The subnet manager can ask clients to register again ({@code IBV_PORT_CLIENT_REG_SUP}). */
    CLIENT_REREGISTRATION(PortCapabilityFlags.CLIENT_REREGISTRATION),

    /** GIDs are the IP addresses of the network interface ({@code IBV_PORT_IP_BASED_GIDS}). */
    IP_BASED_GIDS(PortCapabilityFlags.IP_BASED_GIDS);

    private final int value;

    PortCapability(final int value) {
        this.value = value;
    }

    /**
     * Returns the C constant.
     *
     * @return its value in {@code <infiniband/verbs.h>}.
     */
    public int value() {
        return value;
    }

    /** Returns the flags in a number. */
    static FlagSet<PortCapability> of(final long bits) {
        return FlagSet.of(PortCapability.class, PortCapability::value, bits);
    }
}
