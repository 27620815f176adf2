package dev.penstock.hardware.telemetry;

/** What NVIDIA's driver says must be done before a GPU is well again: NVML's field 230. */
public enum RecoveryAction {
  NONE("nothing"),
  RESET("reset the GPU"),
  REBOOT("reboot the machine"),
  DRAIN_P2P("end the work of this GPU's peers"),
  DRAIN_AND_RESET("end the work of this GPU and its peers, then reset it"),
  RECOVER_IMEX("recover the IMEX domain"),
  /** A number that is none of the above. */
  OTHER("something this version does not know");

  private final String label;

  RecoveryAction(String label) {
    this.label = label;
  }

  /** For people. */
  public String label() {
    return label;
  }

  public static RecoveryAction of(long number) {
    return number >= 0 && number < OTHER.ordinal() ? values()[(int) number] : OTHER;
  }
}
