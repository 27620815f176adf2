package dev.penstock.model;

/** One scale of speed against quality for every encoder: P1 is fastest, P7 best. */
public enum Preset {
  P1(1),
  P2(2),
  P3(3),
  P4(4),
  P5(5),
  P6(6),
  P7(7);

  private final int level;

  Preset(int level) {
    this.level = level;
  }

  /** 1 to 7. */
  public int level() {
    return level;
  }

  public String id() {
    return "p" + level;
  }
}
