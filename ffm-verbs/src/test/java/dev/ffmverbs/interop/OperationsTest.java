// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.interop;

import dev.ffmverbs.DevicePair;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OperationsTest {

    private static void askAll(final OperationsEndpoint asking, final OperationsEndpoint serving) {
        for (final OperationStep step : OperationStep.all()) {
            serving.prepare(step);
            asking.execute(step);
            serving.checkServed(step);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ffmverbs.DevicePair#all")
    void everyOperationMovesTheRightBytesBothWays(final DevicePair devices) {
        devices.requireManualConnections();
        try (OperationsEndpoint left = new OperationsEndpoint(devices.left());
             OperationsEndpoint right = new OperationsEndpoint(devices.right())) {
            left.connect(right.description());
            right.connect(left.description());

            askAll(left, right);
            askAll(right, left);
        }
    }
}
