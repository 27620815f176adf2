package dev.penstock.hardware.telemetry;

/** What NVIDIA's driver says must be done before a GPU is well again: NVML's field 230. */
public enum RecoveryAction {
  NONE(0, "nothing"),
  RESET(1, "reset the GPU"),
  REBOOT(2, "reboot the machine"),
  DRAIN_P2P(3, "end the work of this GPU's peers"),
  DRAIN_AND_RESET(4, "end the work of this GPU and its peers, then reset it"),
  RECOVER_IMEX(5, "recover the IMEX domain"),
  /** A number that is none of the above. */
  OTHER(-1, "something this version does not know");

  private final int number;
  private final String label;

  RecoveryAction(int number, String label) {
    this.number = number;
    this.label = label;
  }

  /** For people. */
  public String label() {
    return label;
  }

  /** NVML's; negative for {@link #OTHER}. */
  public int number() {
    return number;
  }

  /** The one with a number of NVML. */
  public static RecoveryAction of(long number) {
    for (RecoveryAction action : values()) {
      if (action.number == number) {
        return action;
      }
    }
    return OTHER;
  }
}
