"""Tasks of the queue ``anomaly_detection``."""

from worker_core.arguments import MetricAnomalies, PatternAnomalies, SomeTickers, SystemicRisk
from worker_core.tasks import anomaly_work, risk_work
from worker_core.tasks.base import Result, Run, catalog_task, register_unavailable


@catalog_task("anomaly_detection.detect_metric_anomalies")
def detect_metric_anomalies(run: Run, arguments: MetricAnomalies) -> Result:
    return anomaly_work.metric_anomalies(run, arguments.ticker, arguments.metrics)


@catalog_task("anomaly_detection.pattern_anomaly_detection")
def pattern_anomaly_detection(run: Run, arguments: PatternAnomalies) -> Result:
    return anomaly_work.price_and_pattern_anomalies(run, arguments.ticker, arguments.window)


@catalog_task("anomaly_detection.systemic_risk_analysis")
def systemic_risk_analysis(run: Run, arguments: SystemicRisk) -> Result:
    return risk_work.analyse(run, arguments.tickers, arguments.window)


@catalog_task("anomaly_detection.update_anomaly_baselines")
def update_anomaly_baselines(run: Run, arguments: SomeTickers) -> Result:
    return anomaly_work.update_baselines(run, arguments.tickers)


register_unavailable("anomaly_detection")
