"""Tasks of the queue ``model_training``."""

from worker_core.arguments import (
    OptimizeHyperparameters,
    RetrainForecasts,
    RetrainModels,
    RetrainSentiment,
)
from worker_core.tasks import anomaly_training, price_training
from worker_core.tasks.base import Result, Run, catalog_task, register_unavailable
from worker_core.tasks.retraining import retrain_sentiment


@catalog_task("model_training.retrain_sentiment_model")
def retrain_sentiment_model(run: Run, arguments: RetrainSentiment) -> Result:
    return retrain_sentiment(run, arguments)


@catalog_task("model_training.optimize_model_hyperparameters")
def optimize_model_hyperparameters(run: Run, arguments: OptimizeHyperparameters) -> Result:
    from worker_core.tasks.tuning import optimize

    return optimize(run, arguments)


@catalog_task("model_training.retrain_forecasting_models")
def retrain_forecasting_models(run: Run, arguments: RetrainForecasts) -> Result:
    answer: Result = {}
    if arguments.kind != "metric":
        answer = price_training.retrain(run, arguments.tickers, arguments.time_budget_s)
    if arguments.kind != "price":
        from worker_core.tasks import metric_training

        answer["metrics"] = metric_training.judge(run)
    return answer


@catalog_task("model_training.retrain_anomaly_models")
def retrain_anomaly_models(run: Run, arguments: RetrainModels) -> Result:
    return anomaly_training.retrain(run, arguments.tickers, arguments.time_budget_s)


register_unavailable("model_training")
