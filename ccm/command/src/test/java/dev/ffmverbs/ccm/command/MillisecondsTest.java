// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class MillisecondsTest {

    private final Converters.Milliseconds converter = new Converters.Milliseconds();

    @ParameterizedTest
    @CsvSource({"0.2, 200000", "10, 10000000", "1.5, 1500000", "0.000001, 1", "12.345678, 12345678", "-1, -1000000",
        "0, 0"})
    void anOptionIsConvertedAndBack(final String text, final long ns) {
        final Duration time = converter.convert(text);
        assertEquals(ns, time.toNanos());
        assertEquals(text, Milliseconds.option(time));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "1.", ".5", "-0.5", "fast", "1.0000001", "1.-5", "1.+5", "1e3", "1,5", "0x10"})
    void whatIsNoNumberOfMillisecondsIsRefused(final String text) {
        final String message =
            assertThrows(TypeConversionException.class, () -> converter.convert(text)).getMessage();
        assertTrue(message.startsWith("\"" + text + "\" is not a number of milliseconds"), message);
    }

    @ParameterizedTest
    @CsvSource({"312000, 0.312 ms", "9999000, 9.999 ms", "1012345678, 1012.3 ms"})
    void peopleSeeMilliseconds(final long ns, final String text) {
        assertEquals(text, Milliseconds.text(ns));
    }
}
