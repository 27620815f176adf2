package dev.penstock.node;

import dev.penstock.node.worker.FromWorker;
import dev.penstock.planner.admission.CostModel.Part;
import java.util.List;

/** Learns from running jobs what work takes. Any thread; nothing waits, nothing is thrown. */
public interface Experience {
  /** Learns nothing. */
  Experience NONE =
      new Experience() {
        @Override
        public void begun(JobId job, List<Part> parts, List<String> gpus) {}

        @Override
        public void said(JobId job, FromWorker said) {}

        @Override
        public void ended(JobId job) {}
      };

  /**
   * A worker was given a job.
   *
   * @param parts as the figures have them, of as many pieces as are worked on side by side
   * @param gpus keys; none for software
   */
  void begun(JobId job, List<Part> parts, List<String> gpus);

  /** What a worker says of its job, and of itself where it has no other. */
  void said(JobId job, FromWorker said);

  /** It is over, however it ended. What was seen of it counts from now on. */
  void ended(JobId job);
}
