// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ibverbs;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which drivers may be called without leaving the Java state of a thread. */
class SystemDeviceTest {

    @ParameterizedTest
    @ValueSource(strings = {"mlx5_core", "mlx4_core", "efa", "qedr", "erdma"})
    void driversThatStayInUserSpaceMay(final String driver) {
        assertTrue(SystemDevice.staysInUserSpace(driver));
    }

    @ParameterizedTest
    @ValueSource(strings = {"hns3", "bnxt_en", "bnxt_re", "irdma", "ice", "i40e", "mana", "rdma_rxe", "siw", "unknown"})
    void driversThatEnterTheKernelMayNot(final String driver) {
        assertFalse(SystemDevice.staysInUserSpace(driver));
    }
}
