package dev.merapi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.merapi.MerapiException.Kind;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class MerapiExceptionTest {
  @Test
  void messageListsWhatValuesPlaceAndHintInThisOrder() {
    var thrown =
        MerapiException.of(Kind.SHAPE, "dot: sizes differ")
            .hint("transpose the right operand")
            .at("net.3")
            .with("left", 3)
            .with("right", new int[] {4, 5});
    assertEquals(
        "dot: sizes differ: left=3, right=[4, 5]; at net.3; hint: transpose the right operand",
        thrown.getMessage());
    assertEquals(Kind.SHAPE, thrown.kind());
    assertEquals("net.3", thrown.place());
  }

  @Test
  void absentPartsLeaveNoTrace() {
    assertEquals("closed", MerapiException.of(Kind.CLOSED, "closed").getMessage());
    assertEquals(
        "closed; at session", MerapiException.of(Kind.CLOSED, "closed").at("session").getMessage());
  }

  @Test
  void causeSurvivesTheStepsThatFollow() {
    var cause = new IOException("disk");
    var thrown = MerapiException.of(Kind.FORMAT, "cut").causedBy(cause).with("bytes", 7L);
    assertSame(cause, thrown.getCause());
    assertEquals("cut: bytes=7", thrown.getMessage());
  }

  @Test
  void stackTraceStartsWhereTheChainStarts() {
    var thrown = MerapiException.of(Kind.INDEX, "outside").with("index", 9).hint("count from 0");
    assertEquals("of", thrown.getStackTrace()[0].getMethodName());
    assertEquals("stackTraceStartsWhereTheChainStarts", thrown.getStackTrace()[1].getMethodName());
  }
}
