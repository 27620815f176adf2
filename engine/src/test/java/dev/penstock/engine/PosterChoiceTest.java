package dev.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PosterChoiceTest {
  private static byte[] bars(int dark, int bright) {
    byte[] luma = new byte[64];
    for (int i = 0; i < luma.length; i++) {
      luma[i] = (byte) (i < 32 ? dark : bright);
    }
    return luma;
  }

  @Test
  void theOneMostLikeTheOthers_isTaken_andNoneThatShowsNothing() {
    PosterChoice choice = new PosterChoice();
    choice.add(bars(0, 2)); // black
    choice.add(bars(255, 255)); // white
    choice.add(bars(10, 250)); // unlike the others
    choice.add(bars(60, 120));
    choice.add(bars(61, 200));
    choice.add(bars(60, 121));
    assertThat(choice.best()).hasValue(3);
  }

  @Test
  void whereNoneShowsAnything_noneIsTaken() {
    PosterChoice choice = new PosterChoice();
    choice.add(bars(0, 0));
    choice.add(bars(3, 12));
    choice.add(bars(128, 128));
    assertThat(choice.best()).isEmpty();
  }
}
