@echo off
rem Starts AFI Desk's processes on Windows: "afi" with what follows, or all of it together.
rem
rem   start_celery.bat                             broker, workers and scheduler, until Ctrl+C
rem   start_celery.bat worker --profile training   one of them
setlocal
set "WORDS=%*"
if "%~1"=="" set "WORDS=up"
where afi >nul 2>nul
if errorlevel 1 (
    python "%~dp0..\dev" afi %WORDS%
) else (
    afi %WORDS%
)
exit /b %ERRORLEVEL%
